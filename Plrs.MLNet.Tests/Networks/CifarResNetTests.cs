using Plrs.MLNet.Networks;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Networks;

[TestClass]
public sealed class CifarResNetTests
{
    [TestMethod]
    [DataRow("ResNet20", 3, 269_722L)]
    [DataRow("ResNet32", 5, 464_154L)]
    [DataRow("ResNet44", 7, 658_586L)]
    [DataRow("ResNet56", 9, 853_018L)]
    [DataRow("ResNet110", 18, 1_727_962L)]
    public void ParametersAreThoseOfThePaper(string name, int blocksPerStage, long count)
    {
        var definition = Network.Known[name];
        using var network = TestNetworks.Create(definition);

        Assert.AreEqual(count, CountByHand(blocksPerStage, classCount: 10));
        Assert.AreEqual(count, definition.CountParameters(classCount: 10));
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
        using var network = TestNetworks.Create(Network.ResNet20, classCount: classCount, imageSize: imageSize);

        CollectionAssert.AreEqual(new long[] { 3, classCount }, network.forward(zeros(3, 3, imageSize, imageSize)).shape);
    }

    [TestMethod]
    public void StagesHalveTheImageAndDoubleTheChannels()
    {
        var graph = Network.ResNet20.CreateGraph(classCount: 10, imageSize: 32);

        var blocks = graph.Nodes.Where(
            node => node.Operation is Operation.Activation && graph.Nodes[node.Inputs[0]].Operation is Operation.Add);

        CollectionAssert.AreEqual(
            Enumerable.Repeat("16×32×32", 3).Concat(Enumerable.Repeat("32×16×16", 3)).Concat(Enumerable.Repeat("64×8×8", 3)).ToArray(),
            blocks.Select(block => block.Shape.ToString()).ToArray());
        CollectionAssert.AreEqual(new[] { "conv1", "layer1", "layer2", "layer3", "head" }, graph.Groups.ToArray());
        Assert.AreEqual(LayerShape.Vector(64), graph.Nodes[graph.Features].Shape);
    }

    [TestMethod]
    public void NamesOfTheTensorsAreStable()
    {
        var names = Network.ResNet20.CreateGraph(classCount: 10, imageSize: 32).Tensors.Select(tensor => tensor.Name).ToArray();

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
        using var network = TestNetworks.Create();
        var images = TestNetworks.Images(seed: 5, count: 4);
        var batches = network.get_buffer("bn1.num_batches_tracked")!;

        network.eval();
        var before = network.forward(images);
        Assert.AreEqual(0L, batches.item<long>());
        Assert.AreEqual(
            0f,
            (before[0] - network.forward(images.narrow(0, 0, 1))[0]).abs().max().item<float>(),
            1e-4f,
            "One image's result depends on the others.");

        network.train();
        var trained = network.forward(images);
        Assert.AreEqual(1L, batches.item<long>());
        Assert.IsGreaterThan(0.01f, (trained - before).abs().max().item<float>());

        network.eval();
        Assert.IsGreaterThan(0.01f, (network.forward(images) - before).abs().max().item<float>());
    }

    // With both convolutions of a block at zero and a fresh batch norm, a block in evaluation is its shortcut, rectified.
    [TestMethod]
    public void BlocksThatHalveTheImageTakeEverySecondPixelAndPadTheChannelsWithZeros()
    {
        var builder = new GraphBuilder();
        var images = builder.Add("images", new Operation.Input(new LayerShape(4, 7, 7)), "images");
        var shortcut = images.Subsample(2).PadChannels(2, 2);
        using var scope = NewDisposeScope();
        using var network = new GraphModule(builder.Build(shortcut, shortcut), seed: 0);
        var input = rand(2, 4, 7, 7) + 1;

        var output = network.forward(input);

        CollectionAssert.AreEqual(new long[] { 2, 8, 4, 4 }, output.shape);
        for (var channel = 0; channel < 8; channel++)
        {
            for (var y = 0; y < 4; y++)
            {
                for (var x = 0; x < 4; x++)
                {
                    var expected = channel is >= 2 and < 6 ? input[1, channel - 2, 2 * y, 2 * x].item<float>() : 0;
                    Assert.AreEqual(expected, output[1, channel, y, x].item<float>());
                }
            }
        }
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(21)]
    [DataRow(1208)]
    public void ADepthThatThereIsNotIsRefused(int depth)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CifarResNet(depth));

        Assert.Contains("it must be 6n + 2, from 8 to 1202.", error.Message);
        Assert.AreEqual("depth", error.ParamName);
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
