using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Networks;

/// <summary>With both convolutions at zero and a fresh normalisation, a block in evaluation is its shortcut, rectified.</summary>
[TestClass]
public sealed class ShortcutTests
{
    [TestMethod]
    public void BlocksThatKeepTheShapeAddTheirInput()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create();
        var input = randn(2, 16, 8, 8);
        var copy = input.clone();

        var output = Silenced(network, 0).forward(input);

        Assert.IsTrue(output.eq(copy.relu()).all().item<bool>());
        Assert.IsTrue(input.eq(copy).all().item<bool>(), "The block changed its input.");
    }

    [TestMethod]
    [DataRow(3, 16, 8)]
    [DataRow(6, 32, 8)]
    [DataRow(3, 16, 7)]
    public void BlocksThatHalveTheImageTakeEverySecondPixelAndPadTheChannelsWithZeros(int block, int channels, int size)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create();
        var input = rand(2, channels, size, size) + 1;

        var output = Silenced(network, block).forward(input);

        var half = (size + 1) / 2;
        CollectionAssert.AreEqual(new long[] { 2, 2 * channels, half, half }, output.shape);
        for (var channel = 0; channel < 2 * channels; channel++)
        {
            var source = channel - (channels / 2);
            for (var y = 0; y < half; y++)
            {
                for (var x = 0; x < half; x++)
                {
                    var expected = source >= 0 && source < channels ? input[1, source, 2 * y, 2 * x].item<float>() : 0;
                    Assert.AreEqual(expected, output[1, channel, y, x].item<float>());
                }
            }
        }
    }

    [TestMethod]
    public void TheConvolutionsAreAddedToTheShortcut()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create();
        var block = TestNetworks.Blocks(network).First();
        block.eval();
        var input = randn(1, 16, 8, 8);
        var modules = block.named_children().ToDictionary(entry => entry.name, entry => (nn.Module<Tensor, Tensor>)entry.module);

        var inner = modules["bn1"].forward(modules["conv1"].forward(input)).relu();
        var expected = (modules["bn2"].forward(modules["conv2"].forward(inner)) + input).relu();

        Assert.IsTrue(block.forward(input).allclose(expected, rtol: 1e-5, atol: 1e-6));
    }

    private static nn.Module<Tensor, Tensor> Silenced(nn.Module network, int index)
    {
        var block = TestNetworks.Blocks(network).ElementAt(index);
        block.eval();
        using var noGrad = no_grad();
        foreach (var convolution in block.children().OfType<Conv2d>())
        {
            convolution.weight.zero_();
        }

        return block;
    }
}
