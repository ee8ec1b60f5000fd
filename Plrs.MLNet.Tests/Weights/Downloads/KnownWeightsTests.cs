using System.Text.RegularExpressions;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Weights.Downloads;

[TestClass]
public sealed class KnownWeightsTests
{
    private const string Sha256 = "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec";

    [TestMethod]
    public void EveryNetworkForPhotosHasWeightsAndNoOtherHas()
    {
        // The weights of ML.NET's own network come with its package.
        foreach (var (name, network) in Network.Known.Where(known => known.Value != Network.MLNetResNet18))
        {
            Assert.AreEqual(network.ImageSize == 224, KnownWeights.Find(network) is not null, name);
        }
    }

    [TestMethod]
    public void TheBestOnesAreTorchvisionsDefaults()
    {
        Assert.AreEqual(("IMAGENET1K_V1", "resnet18-f37072fd.pth"), Name(KnownWeights.Get(Network.ResNet18)));
        Assert.AreEqual(("IMAGENET1K_V2", "resnet50-11ad3fa6.pth"), Name(KnownWeights.Get(Network.ResNet50)));
        Assert.AreEqual(("IMAGENET1K_V1", "resnet50-0676ba61.pth"), Name(KnownWeights.Find(Network.ResNet50, "IMAGENET1K_V1")!));
        Assert.IsNull(KnownWeights.Find(Network.ResNet18, "IMAGENET1K_V2"));

        static (string Name, string FileName) Name(KnownWeights weights) => (weights.Name, weights.FileName);
    }

    [TestMethod]
    public void ANetworkIsFoundByWhatItIs()
    {
        Assert.AreEqual("vgg16_bn-6c64b313.pth", KnownWeights.Get(new Vgg(16)).FileName);
        Assert.IsNull(KnownWeights.Find(ResNet.OfDepth(18, isForSmallImages: true)));
    }

    [TestMethod]
    public void ANetworkWithoutWeightsSaysWhichHaveSome()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => KnownWeights.Get(Network.ResNet20));

        Assert.StartsWith(
            "No weights trained on ImageNet are known for CifarResNet(depth: 20); there are some for ResNet18, ResNet34, ", error.Message);
        Assert.EndsWith(
            ", EfficientNetB0. Choose one of these, give a file with weights, " +
            "or train from scratch, with StartFrom set to PretrainedWeights.None.",
            error.Message);
    }

    [TestMethod]
    public void EveryFileHasTheDigestOfItsName()
    {
        Assert.HasCount(19, KnownWeights.All.Select(weights => weights.FileName).Distinct());
        foreach (var weights in KnownWeights.All)
        {
            var file = weights.File();

            Assert.MatchesRegex(new Regex("^[0-9a-f]{8}$"), file.Sha256);
            Assert.EndsWith($"-{file.Sha256}.pth", file.Name);
            Assert.AreEqual($"https://download.pytorch.org/models/{weights.FileName}", file.Address.AbsoluteUri);

            // Four bytes a parameter, the norms' statistics, and as much again.
            Assert.IsInRange(8 * weights.Definition.CountParameters(1000), 9 * weights.Definition.CountParameters(1000), file.LargestBytes);
        }
    }

    [TestMethod]
    public void ImagesAreNormalisedAsTorchvisionSays()
    {
        Assert.AreEqual(new ImageNormalization([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]), KnownWeights.Normalization);
        Assert.AreEqual((256, false), RecipeOf(KnownWeights.Get(Network.ResNet18)));
        Assert.AreEqual((232, false), RecipeOf(KnownWeights.Get(Network.MobileNetV3Large)));
        Assert.AreEqual((256, true), RecipeOf(KnownWeights.Get(Network.EfficientNetB0)));

        static (int ResizedSize, bool IsBicubic) RecipeOf(KnownWeights weights) => (weights.ResizedSize, weights.IsBicubic);
    }

    [TestMethod]
    public void AWholeDigestTakesThePlaceOfTheFirstDigits()
    {
        Assert.AreEqual(Sha256, KnownWeights.Get(Network.ResNet18).File(Sha256.ToUpperInvariant()).Sha256);
        AssertRefused(
            "'f37072fd' is no SHA-256: it must have 64 hexadecimal digits.",
            () => KnownWeights.Get(Network.ResNet18).File("f37072fd"));
        AssertRefused(
            $"'{Sha256[..63]}x' is no SHA-256: it must have 64 hexadecimal digits.",
            () => KnownWeights.Get(Network.ResNet18).File(Sha256[..63] + 'x'));
        AssertRefused(
            $"'{Sha256}' is not the SHA-256 of 'resnet34-b627a593.pth', which begins with the b627a593 of its name.",
            () => KnownWeights.Get(Network.ResNet34).File(Sha256));

        static void AssertRefused(string message, Action action) =>
            Assert.StartsWith(message, Assert.ThrowsExactly<ArgumentException>(action).Message);
    }

    [TestMethod]
    public void DenseNetsOldNamesAreThoseOfTheNetwork()
    {
        var names = Network.DenseNet121.CreateGraph(1000, 224).Tensors.Select(tensor => tensor.Name).ToArray();
        var old = names.Select(name => Regex.Replace(name, @"(denselayer\d+\.)(norm|conv)(\d)", "$1$2.$3")).ToArray();

        Assert.AreEqual(
            "features.denseblock1.denselayer2.norm1.weight", WeightsMatching.Present("features.denseblock1.denselayer2.norm.1.weight"));
        Assert.AreEqual(58 * 12, old.Except(names).Count());
        CollectionAssert.AreEqual(names, old.Select(WeightsMatching.Present).ToArray());
        CollectionAssert.AreEqual(names, names.Select(WeightsMatching.Present).ToArray());
    }

    [TestMethod]
    public void AFolderIsChosenAsByMLNet()
    {
        var data = Path.GetFullPath("data");
        Assert.AreEqual(Path.Combine(data, "mlnet-resources", "plrs-weights"), ResourceFolder.PathFor(null, data));
        Assert.AreEqual(Path.Combine(data, "mlnet-resources", "plrs-weights"), ResourceFolder.PathFor("", data));
        Assert.AreEqual(Path.Combine(Path.GetFullPath("other"), "plrs-weights"), ResourceFolder.PathFor("other", data));
        Assert.AreEqual("MICROSOFTML_RESOURCE_PATH", ResourceFolder.Variable);
    }
}
