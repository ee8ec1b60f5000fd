using Plrs.MLNet.Networks;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Tests.Support;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Scoring;

/// <summary>What scores, by ONNX Runtime, beside what was trained, by TorchSharp.</summary>
[TestClass]
public sealed class EngineParityTests
{
    public static IEnumerable<(string Name, Func<Layer, Layer> Describe)> Operations =>
    [
        (
            "convolution with bias, stride and groups",
            images => images.Convolution("a", 6, kernel: 5, stride: 2, padding: 1, groups: 3, bias: true).GlobalAveragePool()),
        (
            "convolution, norm, rectifier",
            images => images.Convolution("a", 4, kernel: 3).BatchNorm("n", epsilon: 1e-3).Relu().GlobalAveragePool()),
        ("norm before a convolution", images => images.BatchNorm("n").Relu().Convolution("a", 4, kernel: 1).GlobalAveragePool()),
        ("max pool", images => images.MaxPool(kernel: 3, stride: 2, padding: 1).Flatten()),
        ("average pool", images => images.AveragePool(kernel: 2, stride: 2).Flatten()),
        ("pooling to a size that does not divide the image's", images => images.AdaptiveAveragePool(3).Flatten()),
        ("pooling to a larger size", images => images.AdaptiveAveragePool(11).Flatten()),
        (
            "activations",
            images => images.Relu6().Concat(images.Silu(), images.HardSwish(), images.HardSigmoid(), images.Sigmoid()).Flatten()),
        ("channels scaled by pixels", images => images.ScaleBy(images.AdaptiveAveragePool(1).Sigmoid()).Flatten()),
        ("global average pool", images => images.GlobalAveragePool()),
        ("subsample", images => images.Subsample(2).Flatten()),
        ("channels of zeros", images => images.PadChannels(2, 1).Flatten()),
        ("sum", images => images.Convolution("a", 3, kernel: 3).Add(images).Flatten()),
        ("concatenation", images => images.Convolution("a", 2, kernel: 3).Concat(images, images.Relu()).Flatten()),
        ("linear layers", images => images.Flatten().Linear("a", 7).Relu().Linear("b", 5)),
    ];

    [TestMethod]
    [DynamicData(nameof(Operations))]
    public void EveryOperationScoresAsItTrains(string name, Func<Layer, Layer> describe)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create(new Described(1, describe), seed: 5, classCount: 4);
        TestNetworks.SettleStatistics(network);

        AssertScoresAreThoseOfTheModule(network, TestNetworks.Images(seed: 7, count: 6), name);
    }

    [TestMethod]
    [DataRow("ResNet20", 32)]
    [DataRow("ResNet20", 9)]
    [DataRow("ResNet56", 16)]
    public void AFoldedNetworkScoresAsTheTrainedOneInEvaluation(string name, int imageSize)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create(Network.Known[name], seed: 3, imageSize: imageSize);
        TestNetworks.SettleStatistics(network);

        AssertScoresAreThoseOfTheModule(network, TestNetworks.Images(seed: 7, count: 6, imageSize), name);
    }

    [TestMethod]
    [DataRow("ResNet20", 8)]
    [DataRow("ResNet20", 32)]
    [DataRow("ResNet20", 96)]
    [DataRow("ResNet110", 16)]
    public void AnImagesScoresAreTheSameBitsAloneAndAmongOthers(string name, int imageSize) =>
        Assert.AreEqual(0, ScoreComparison.CountDiffering(Network.Known[name], imageSize, images: 9));

    [TestMethod]
    public void TheBitsAreTheSameOnAnyNumberOfThreads()
    {
        var one = ChildProcess.CompareScores(processors: 1);
        var four = ChildProcess.CompareScores(processors: 4);

        CollectionAssert.AreEqual(new[] { "16: 0", "40: 0" }, one[..2]);
        CollectionAssert.AreEqual(one, four);
    }

    private static void AssertScoresAreThoseOfTheModule(GraphModule network, Tensor images, string what)
    {
        using var noGrad = no_grad();
        var expected = nn.functional.softmax(network.forward(images), 1).data<float>().ToArray();
        using var engine = TestEngine.Folded(network);

        var actual = engine.Score(images);

        Assert.AreEqual(0, expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 1e-5, what);
        Assert.IsGreaterThan(
            1e-4f,
            Math.Abs(expected[0] - expected[images.shape[0] > 1 ? expected.Length / (int)images.shape[0] : 0]),
            $"{what}: the images must differ for this test to tell.");
    }
}
