using Plrs.MLNet.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Architecture = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Architecture;

namespace Plrs.MLNet.Tests.Networks;

[TestClass]
public sealed class CifarResNetTests
{
    [TestMethod]
    [DataRow(Architecture.ResNet20, 3, 269_722L)]
    [DataRow(Architecture.ResNet32, 5, 464_154L)]
    [DataRow(Architecture.ResNet44, 7, 658_586L)]
    [DataRow(Architecture.ResNet56, 9, 853_018L)]
    [DataRow(Architecture.ResNet110, 18, 1_727_962L)]
    public void ParametersAreThoseOfThePaper(Architecture architecture, int blocksPerStage, long count)
    {
        using var network = ImageNetwork.Create(architecture, classCount: 10, seed: 0);

        Assert.AreEqual(count, CountByHand(blocksPerStage, classCount: 10));
        Assert.AreEqual(count, network.parameters().Sum(parameter => parameter.numel()));
        Assert.HasCount((6 * blocksPerStage) + 2, network.parameters().Where(parameter => parameter.dim() > 1));
    }

    [TestMethod]
    [DataRow(2, 8)]
    [DataRow(7, 33)]
    [DataRow(100, 32)]
    public void OutputHasOneValuePerImageAndClass(int classCount, int imageSize)
    {
        using var scope = NewDisposeScope();
        using var network = ImageNetwork.Create(Architecture.ResNet20, classCount, seed: 0);

        CollectionAssert.AreEqual(new long[] { 3, classCount }, network.forward(zeros(3, 3, imageSize, imageSize)).shape);
    }

    [TestMethod]
    public void StagesHalveTheImageAndDoubleTheChannels()
    {
        using var scope = NewDisposeScope();
        using var network = ImageNetwork.Create(Architecture.ResNet20, classCount: 10, seed: 0);
        var x = zeros(1, 16, 32, 32);
        var shapes = new List<string>();
        foreach (var block in TestNetworks.Blocks(network))
        {
            x = block.forward(x);
            shapes.Add(string.Join('x', x.shape.Skip(1)));
        }

        CollectionAssert.AreEqual(
            Enumerable.Repeat("16x32x32", 3).Concat(Enumerable.Repeat("32x16x16", 3)).Concat(Enumerable.Repeat("64x8x8", 3)).ToArray(),
            shapes);
    }

    [TestMethod]
    public void NamesOfTheTensorsAreStable()
    {
        using var network = ImageNetwork.Create(Architecture.ResNet20, classCount: 10, seed: 0);

        var names = network.state_dict().Keys.ToArray();

        // Six a normalisation layer and its convolution, twice a block; the first pair; weight and bias of the last layer.
        Assert.HasCount((6 * 2 * 9) + 6 + 2, names);
        Assert.HasCount(names.Length, names.Distinct());
        foreach (var name in new[]
        {
            "conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var", "bn1.num_batches_tracked",
            "layer1.0.conv1.weight", "layer2.0.bn2.running_var", "layer3.2.conv2.weight", "linear.weight", "linear.bias",
        })
        {
            CollectionAssert.Contains(names, name);
        }
    }

    [TestMethod]
    public void TrainingUsesTheBatchsOwnStatisticsAndEvaluationTheRunningOnes()
    {
        using var scope = NewDisposeScope();
        using var network = ImageNetwork.Create(Architecture.ResNet20, classCount: 10, seed: 0);
        var images = TestNetworks.Images(seed: 5, count: 4);
        var norm = network.named_modules().Select(entry => entry.module).OfType<BatchNorm2d>().First();

        network.eval();
        var before = network.forward(images);
        Assert.AreEqual(0L, norm.num_batches_tracked!.item<long>());
        Assert.AreEqual(0f, (before[0] - network.forward(images.narrow(0, 0, 1))[0]).abs().max().item<float>(), 1e-4f, "One image's result depends on the others.");

        network.train();
        var trained = network.forward(images);
        Assert.AreEqual(1L, norm.num_batches_tracked!.item<long>());
        Assert.IsGreaterThan(0.01f, (trained - before).abs().max().item<float>());

        network.eval();
        Assert.IsGreaterThan(0.01f, (network.forward(images) - before).abs().max().item<float>());
    }

    [TestMethod]
    public void AnUnknownArchitectureIsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ImageNetwork.Create((Architecture)99, classCount: 2, seed: 0));

        Assert.StartsWith("Not a known architecture.", error.Message);
        Assert.AreEqual("architecture", error.ParamName);
    }

    // Convolutions without bias, two numbers a channel for each normalisation, a linear layer with bias.
    private static long CountByHand(int blocksPerStage, int classCount)
    {
        long count = (3 * 9 * 16) + (2 * 16);
        var channels = 16;
        foreach (var width in new[] { 16, 32, 64 })
        {
            for (var block = 0; block < blocksPerStage; block++)
            {
                count += (9 * channels * width) + (2 * width) + (9 * width * width) + (2 * width);
                channels = width;
            }
        }

        return count + (64 * classCount) + classCount;
    }
}
