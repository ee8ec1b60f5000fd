using Plrs.MLNet.Networks;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Networks;

/// <summary>
/// Every family beside the published counts. <see cref="TorchVisionTests"/> has those of which that package has a network, too.
/// </summary>
[TestClass]
public sealed class FamilyTests
{
    private const int ImageNetClasses = 1000;

    [TestMethod]
    [DataRow(18, false, "2 2 2 2")]
    [DataRow(34, false, "3 4 6 3")]
    [DataRow(50, true, "3 4 6 3")]
    [DataRow(101, true, "3 4 23 3")]
    [DataRow(152, true, "3 8 36 3")]
    public void AResNetShowsItsShape(int depth, bool hasBottlenecks, string blocks)
    {
        var network = ResNet.OfDepth(depth, isForSmallImages: true);

        Assert.AreEqual(
            (depth, hasBottlenecks, true, blocks),
            (network.Depth, network.HasBottlenecks, network.IsForSmallImages, string.Join(' ', network.Blocks)));
    }

    [TestMethod]
    public void ParametersAreAsManyAsPublished()
    {
        CollectionAssert.AreEquivalent(Network.Known.Keys.ToArray(), PublishedParameters.ByName.Keys.ToArray());
        foreach (var (name, network) in Network.Known)
        {
            Assert.AreEqual(
                PublishedParameters.ByName[name], network.CountParameters(network.ImageSize == 224 ? ImageNetClasses : 10), name);
        }
    }

    /// <summary>Other depths, widths and forms than those of <see cref="Network"/>.</summary>
    public static IEnumerable<(NetworkDefinition Network, int Classes, long Parameters)> OtherCounts =>
    [
        (new Vgg(11, isForSmallImages: true), 10, 9_231_114), (new Vgg(13, isForSmallImages: true), 10, 9_416_010),
        (new Vgg(19, isForSmallImages: true), 10, 20_040_522),
        (ResNet.OfDepth(18, isForSmallImages: true), 10, 11_173_962), (ResNet.OfDepth(34, isForSmallImages: true), 10, 21_282_122),
        (ResNet.OfDepth(50, isForSmallImages: true), 10, 23_520_842),
        (ResNet.OfDepth(50, width: 2), ImageNetClasses, 68_883_240), (ResNet.OfDepth(101, width: 2), ImageNetClasses, 126_886_696),
        (new DenseNetBC(161, growth: 48), ImageNetClasses, 28_681_000), (new DenseNetBC(169), ImageNetClasses, 14_149_480),
        (new DenseNetBC(201), ImageNetClasses, 20_013_928),
        (new EfficientNet(width: 1, depth: 1.1), ImageNetClasses, 7_794_184),
        (new EfficientNet(width: 1.1, depth: 1.2), ImageNetClasses, 9_109_994),
        (new EfficientNet(width: 1.2, depth: 1.4), ImageNetClasses, 12_233_232),
        (new EfficientNet(width: 1.4, depth: 1.8), ImageNetClasses, 19_341_616),
        (new EfficientNet(width: 1.6, depth: 2.2), ImageNetClasses, 30_389_784),
        (new EfficientNet(width: 1.8, depth: 2.6), ImageNetClasses, 43_040_704),
        (new EfficientNet(width: 2, depth: 3.1), ImageNetClasses, 66_347_960),
    ];

    [TestMethod]
    [DynamicData(nameof(OtherCounts))]
    public void OtherDepthsAndWidthsHaveAsManyParametersAsPublished(NetworkDefinition network, int classes, long parameters)
    {
        Assert.AreEqual(parameters, network.CountParameters(classes), $"{network}");
        Assert.AreEqual(network, NetworkCatalog.Create(network.Name, network.Arguments));
    }

    /// <summary>Published in millions alone: Zagoruyko and Komodakis 2016, table 4; Huang et al. 2017, table 2.</summary>
    [TestMethod]
    [DataRow("WideResNet", 40, 1, 0.6)]
    [DataRow("WideResNet", 40, 2, 2.2)]
    [DataRow("WideResNet", 40, 4, 8.9)]
    [DataRow("WideResNet", 16, 8, 11.0)]
    [DataRow("WideResNet", 28, 12, 52.5)]
    [DataRow("DenseNet", 100, 12, 7.0)]
    [DataRow("DenseNet", 100, 24, 27.2)]
    public void WideAndDenseNetworksOfTheirPapersHaveTheirMillionsOfParameters(string kind, int depth, int size, double millions)
    {
        NetworkDefinition network = kind == "WideResNet" ? new WideResNet(depth, size) : new DenseNet(depth, size);

        Assert.AreEqual(millions, network.CountParameters(10) / 1e6, 0.051);
    }

    /// <summary>Where each family drops, and how much.</summary>
    [TestMethod]
    public void DropoutIsWhereItsFamilySaysAndNowhereWithoutIt()
    {
        AssertDrops(new WideResNet(16, 1, 0.3), new WideResNet(16, 1), 6, 0.3);
        AssertDrops(new DenseNet(13, 4, 0.2), new DenseNet(13, 4), 11, 0.2);
        AssertDrops(new Vgg(11, dropout: 0.4), new Vgg(11, dropout: 0), 2, 0.4);
        AssertDrops(new Vgg(11, isForSmallImages: true, dropout: 0.4), Network.Vgg16Small, 1, 0.4);
        AssertDrops(ResNet.OfDepth(18, dropout: 0.1), Network.ResNet18, 1, 0.1);
        AssertDrops(new DenseNetBC(121, dropout: 0.1), Network.DenseNet121, 58, 0.1);
        AssertDrops(new MobileNetV2(dropout: 0.3), new MobileNetV2(dropout: 0), 1, 0.3);
        AssertDrops(new MobileNetV3(isLarge: false, dropout: 0.3), new MobileNetV3(isLarge: false, dropout: 0), 1, 0.3);
        AssertDrops(new EfficientNet(dropout: 0.3, stochasticDepth: 0), new EfficientNet(dropout: 0, stochasticDepth: 0), 1, 0.3);

        // A block that changes the shape cannot be left out: 9 of 16 can, and the rate of each grows with its place.
        double[] left =
        [
            .. Drops(new EfficientNet(dropout: 0, stochasticDepth: 0.2)).Select(dropout => dropout.IsOfImages ? dropout.Rate : -1),
        ];
        double[] places = [2, 4, 6, 7, 9, 10, 12, 13, 14];
        CollectionAssert.AreEqual(places.Select(place => 0.2 * place / 16).ToArray(), left);

        static void AssertDrops(NetworkDefinition with, NetworkDefinition without, int count, double rate)
        {
            CollectionAssert.AreEqual(
                Enumerable.Repeat(new Operation.Dropout(rate, IsOfImages: false), count).ToArray(), Drops(with).ToArray(), $"{with}");
            Assert.IsEmpty(Drops(without), $"{without}");
        }

        static IEnumerable<Operation.Dropout> Drops(NetworkDefinition network) =>
            network.CreateGraph(2, network.ImageSize).Nodes.Select(node => node.Operation).OfType<Operation.Dropout>();
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
    public void DropoutDependsOnTheSeedAndTheStepAlone()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create(
            new Described(1, images => images.GlobalAveragePool().Dropout(0.5)), seed: 2, classCount: 5);
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
        var (values, whole) = (images.Dropout(0.25), images.StochasticDepth(0.25));
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
        AssertRefused("depth is 27; it must be 6n + 4, from 10 to 1000.", () => new WideResNet(27, 10));
        AssertRefused("width is 0; it must be from 1 to 100.", () => new WideResNet(28, 0));
        AssertRefused("dropout is 1; it must be at least 0 and less than 1.", () => new WideResNet(28, 10, dropout: 1));
        AssertRefused("depth is 41; it must be 3n + 4, from 7 to 400.", () => new DenseNet(41, 12));
        AssertRefused("depth is 20; it must be 18, 34, 50, 101 or 152.", () => ResNet.OfDepth(20));
        AssertRefused("blocks3 is 0; it must be from 1 to 1000.", () => new ResNet(false, 2, 2, 0, 2));
        AssertRefused("depth is 17; it must be 11, 13, 16 or 19.", () => new Vgg(17));
        AssertRefused("depth is 164; it must be 121, 161, 169 or 201.", () => new DenseNetBC(164));
        AssertRefused("width is NaN; it must be above 0 and at most 8.", () => new MobileNetV2(double.NaN));
        AssertRefused("width is 9; it must be above 0 and at most 8.", () => new MobileNetV3(true, 9));
        AssertRefused("dropout is -1; it must be at least 0 and less than 1.", () => new MobileNetV3(true, dropout: -1));
        AssertRefused("width is 2; it must be from 1 to 1.", () => ResNet.OfDepth(18, width: 2));
        AssertRefused("growth is 0; it must be from 1 to 256.", () => new DenseNetBC(121, growth: 0));
        AssertRefused("depth is 0; it must be above 0 and at most 8.", () => new EfficientNet(depth: 0));
        AssertRefused("stochasticDepth is 2; it must be at least 0 and less than 1.", () => new EfficientNet(stochasticDepth: 2));
    }

    private static void AssertRefused(string message, Func<NetworkDefinition> create) =>
        Assert.StartsWith(message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(create).Message);
}
