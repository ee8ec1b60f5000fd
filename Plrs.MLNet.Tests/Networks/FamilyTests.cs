using Plrs.MLNet.Networks;
using Plrs.MLNet.Tests.Scoring;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Networks;

/// <summary>Every family beside the published counts, and beside TorchVision's networks of the same weights where that package has them.</summary>
[TestClass]
public sealed class FamilyTests
{
    private const int ImageNetClasses = 1000;

    /// <summary>Parameters with 1,000 classes for photos, with 10 for small images.</summary>
    public static IEnumerable<(string Name, long Parameters)> Counts =>
    [
        ("WideResNet28x10", 36_479_194), ("DenseNet40x12", 1_019_722), ("Vgg16Small", 14_728_266),
        ("ResNet18", 11_689_512), ("ResNet34", 21_797_672), ("ResNet50", 25_557_032), ("ResNet101", 44_549_160), ("ResNet152", 60_192_808),
        ("Vgg11", 132_868_840), ("Vgg13", 133_053_736), ("Vgg16", 138_365_992), ("Vgg19", 143_678_248),
        ("DenseNet121", 7_978_856), ("MobileNetV2", 3_504_872), ("MobileNetV3Small", 2_542_856), ("MobileNetV3Large", 5_483_032), ("EfficientNetB0", 5_288_548),
    ];

    public static IEnumerable<(string Name, Func<nn.Module<Tensor, Tensor>> Create)> TorchVisionNetworks =>
    [
        ("ResNet18", () => torchvision.models.resnet18()),
        ("ResNet50", () => torchvision.models.resnet50()),
        ("MobileNetV2", () => torchvision.models.mobilenet_v2()),
        ("MobileNetV3Small", () => torchvision.models.mobilenet_v3_small()),
        ("MobileNetV3Large", () => torchvision.models.mobilenet_v3_large()),
        ("Vgg11", () => torchvision.models.vgg11_bn()),
    ];

    [TestMethod]
    [DynamicData(nameof(Counts))]
    public void ParametersAreAsManyAsPublished(string name, long parameters)
    {
        var network = Network.Known[name];

        Assert.AreEqual(parameters, network.CountParameters(network.ImageSize == 224 ? ImageNetClasses : 10));
    }

    [TestMethod]
    public void AFileNamesEveryNetworkByKindAndArguments()
    {
        foreach (var (name, network) in Network.Known)
        {
            var again = NetworkCatalog.Create(network.Name, network.Arguments);

            Assert.AreEqual(network, again, name);
            CollectionAssert.AreEqual(
                network.CreateGraph(7, network.ImageSize).Nodes.Select(node => (node.Name, node.Operation)).ToArray(),
                again.CreateGraph(7, network.ImageSize).Nodes.Select(node => (node.Name, node.Operation)).ToArray(),
                name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(TorchVisionNetworks))]
    public void WeightsAndLogitsAreTorchVisions(string name, Func<nn.Module<Tensor, Tensor>> create)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var expected = create();
        var network = Network.Known[name];
        using var actual = TestNetworks.Create(network, classCount: ImageNetClasses, imageSize: 224);
        expected.eval();
        actual.eval();
        var theirs = expected.state_dict();
        var ours = actual.state_dict();
        CollectionAssert.AreEquivalent(theirs.Keys.ToArray(), ours.Keys.ToArray());
        foreach (var (key, tensor) in ours)
        {
            CollectionAssert.AreEqual(theirs[key].shape, tensor.shape, key);
            tensor.copy_(theirs[key]);
        }

        var images = TestNetworks.Images(seed: 3, count: 2, size: 224);
        var logits = expected.forward(images);

        // Their logits may be large: what counts is how far ours are from them for their size.
        Assert.IsLessThan(1e-4f, ((actual.forward(images) - logits).abs().max() / logits.abs().max()).item<float>());
    }

    [TestMethod]
    [DataRow("WideResNet28x10", 8)]
    [DataRow("DenseNet40x12", 8)]
    [DataRow("Vgg16Small", 32)]
    [DataRow("ResNet18", 64)]
    [DataRow("ResNet50", 64)]
    [DataRow("DenseNet121", 64)]
    [DataRow("MobileNetV2", 64)]
    [DataRow("MobileNetV3Small", 64)]
    [DataRow("EfficientNetB0", 64)]
    public void EveryFamilyScoresAsItTrains(string name, int imageSize)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create(Network.Known[name], seed: 2, classCount: 5, imageSize: imageSize);
        TestNetworks.TrainOneStep(network);
        network.eval();
        var images = TestNetworks.Images(seed: 4, count: 3, imageSize);
        using var noGrad = no_grad();
        var expected = nn.functional.softmax(network.forward(images), 1).data<float>().ToArray();
        using var engine = TestEngine.Folded(network);

        Assert.AreEqual(0, expected.Zip(engine.Score(images), (a, b) => Math.Abs(a - b)).Max(), 1e-4);
    }

    [TestMethod]
    public void DropoutDependsOnTheSeedAndTheStepAlone()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create(new Described(1, images => images.GlobalAveragePool().Dropout(0.5)), seed: 2, classCount: 5);
        var images = TestNetworks.Images(seed: 4, count: 16);
        network.train();

        var first = Forward(7);
        Assert.IsTrue(first.eq(Forward(7)).all().item<bool>());
        Assert.IsFalse(first.eq(Forward(8)).all().item<bool>());
        network.eval();
        Assert.IsTrue(Forward(7).eq(Forward(8)).all().item<bool>());

        Tensor Forward(long step)
        {
            network.BeginStep(step);
            return network.forward(images);
        }
    }

    [TestMethod]
    public void DropoutKeepsTheMeanAndDropsItsShare()
    {
        using var scope = NewDisposeScope();
        var builder = new GraphBuilder();
        var images = builder.Add("images", new Operation.Input(new LayerShape(4, 32, 32)), "images");
        var (values, whole) = (images.Dropout(0.25), images.DropImages(0.25));
        var both = values.Concat(whole);
        using var network = new GraphModule(builder.Build(both, both), seed: 5);
        network.train();
        network.BeginStep(0);

        var dropped = network.forward(ones(64, 4, 32, 32));

        var ofValues = dropped.narrow(1, 0, 4);
        Assert.AreEqual(0.25, ofValues.eq(0).to(ScalarType.Float32).mean().item<float>(), 0.01);
        Assert.AreEqual(1, ofValues.mean().item<float>(), 0.02);
        var ofImages = dropped.narrow(1, 4, 4).mean([1, 2, 3]);
        Assert.IsTrue(ofImages.eq(0).logical_or(ofImages.sub(1 / 0.75f).abs().lt(1e-4)).all().item<bool>());
        Assert.IsGreaterThan(3, (int)ofImages.eq(0).sum().item<long>());
    }

    [TestMethod]
    public void ArgumentsOutOfRangeAreNamed()
    {
        AssertRefused("depth must be 6n + 4, from 10 to 1000.", () => new WideResNet(27, 10));
        AssertRefused("width is 0; it must be from 1 to 100.", () => new WideResNet(28, 0));
        AssertRefused("dropout is 1; it must be at least 0 and less than 1.", () => new WideResNet(28, 10, dropout: 1));
        AssertRefused("depth must be 3n + 4, from 7 to 400.", () => new DenseNet(41, 12));
        AssertRefused("depth must be 18, 34, 50, 101 or 152.", () => ResNet.OfDepth(20));
        AssertRefused("blocks3 is 0; it must be from 1 to 1000.", () => new ResNet(false, 2, 2, 0, 2));
        AssertRefused("depth must be 11, 13, 16 or 19.", () => new Vgg(17));
        AssertRefused("depth must be 121, 169 or 201.", () => new DenseNetBC(161));
        AssertRefused("width is NaN; it must be above 0 and at most 8.", () => new MobileNetV2(double.NaN));
        AssertRefused("dropout is -1; it must be at least 0 and less than 1.", () => new MobileNetV3(true, -1));
        AssertRefused("stochasticDepth is 2; it must be at least 0 and less than 1.", () => new EfficientNet(stochasticDepth: 2));
    }

    private static void AssertRefused(string message, Func<NetworkDefinition> create) =>
        Assert.StartsWith(message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(create).Message);
}
