using System.Globalization;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet.Tests.Networks;

[TestClass]
public sealed class NetworkDefinitionTests
{
    [TestMethod]
    public void NameAndArgumentsMakeADefinition()
    {
        Assert.AreEqual(Network.ResNet20, new CifarResNet(20));
        Assert.AreEqual(Network.ResNet20.GetHashCode(), new CifarResNet(20).GetHashCode());
        Assert.AreNotEqual(Network.ResNet20, Network.ResNet32);
        Assert.AreEqual(20, Network.ResNet20.Arguments.WholeNumber("depth"));
        Assert.AreEqual(32, Network.ResNet20.ImageSize);
    }

    [TestMethod]
    public void ItsWordsDoNotDependOnTheCulture()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var withComma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            withComma.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = withComma;
            Assert.AreEqual("Described(width: 1.5)", new Described(1.5, images => images.GlobalAveragePool()).ToString());
            Assert.AreEqual("CifarResNet(depth: 20)", Network.ResNet20.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [TestMethod]
    public void KnownNetworksAreFoundByName()
    {
        Assert.AreSame(Network.ResNet110, Network.Known["resnet110"]);
        CollectionAssert.IsSubsetOf(new[] { "ResNet20", "ResNet50", "Vgg16", "EfficientNetB0" }, Network.Known.Keys.ToArray());
        foreach (var property in typeof(Network).GetProperties().Where(property => property.PropertyType == typeof(NetworkDefinition)))
        {
            Assert.AreSame(property.GetValue(null), Network.Known[property.Name]);
        }
    }

    [TestMethod]
    public void AFileNamesANetworkByKindAndArguments()
    {
        Assert.AreEqual(Network.ResNet56, NetworkCatalog.Create("CifarResNet", new NetworkArguments([("depth", 56)])));
        CollectionAssert.Contains(NetworkCatalog.Names.ToArray(), "CifarResNet");
    }

    [TestMethod]
    public void AKindThatNobodyRegisteredSaysWhatToDo()
    {
        var error = Assert.ThrowsExactly<FormatException>(() => NetworkCatalog.Create("Nowhere", new NetworkArguments([])));

        Assert.StartsWith("its network is a 'Nowhere', which is none of CifarResNet, DenseNet", error.Message);
        Assert.EndsWith("; make a network of your own known with NetworkCatalog.Register", error.Message);
    }

    [TestMethod]
    [DataRow("depth", 21.0, "its network is a 'CifarResNet' that cannot be made: depth is 21; it must be 6n + 2, from 8 to 1202.")]
    [DataRow("depth", 20.5, "its network is a 'CifarResNet' that cannot be made: the argument 'depth' is 20.5, which is no whole number")]
    [DataRow(
        "depth", double.NaN, "its network is a 'CifarResNet' that cannot be made: the argument 'depth' is NaN, which is no whole number")]
    [DataRow("width", 20.0, "its network is a 'CifarResNet' that cannot be made: the argument 'depth' is missing")]
    public void ArgumentsThatDoNotFitAreNamed(string name, double value, string message)
    {
        var error = Assert.ThrowsExactly<FormatException>(
            () => NetworkCatalog.Create("CifarResNet", new NetworkArguments([(name, value)])));

        Assert.StartsWith(message, error.Message);
    }

    [TestMethod]
    public void MistakesInADescriptionNameTheLayer()
    {
        AssertRefused(
            "There are two layers with the name 'a'.",
            images => images.Convolution("a", 4, kernel: 3).Convolution("a", 4, kernel: 3));
        AssertRefused(
            "The layer 'Add3' does not fit: 4×8×8 and 4×4×4 cannot be added: their shapes differ.",
            images => images.Convolution("a", 4, kernel: 3).Add(images.Convolution("b", 4, kernel: 3, stride: 2)));
        AssertRefused(
            "The layer 'Concat2' does not fit: 4×4×4 and 3×8×8 cannot be put together: only their channels may differ.",
            images => images.Convolution("a", 4, kernel: 3, stride: 2).Concat(images));
        AssertRefused(
            "The layer 'a' does not fit: a vector is needed, but the input is 3×8×8; flatten it or pool it first.",
            images => images.Linear("a", 4));
        AssertRefused(
            "The layer 'a' does not fit: an image is needed, but the input is a vector of 192 values.",
            images => images.Flatten().Convolution("a", 4, kernel: 3));
        AssertRefused(
            "The layer 'a' does not fit: a window of 9 does not fit into 8 pixels with a padding of 0; " +
            "the image is too small for this network.",
            images => images.Convolution("a", 4, kernel: 9, padding: 0));
        AssertRefused(
            "The layer 'a' does not fit: 3 input and 4 output channels cannot be divided into 2 groups.",
            images => images.Convolution("a", 4, kernel: 3, groups: 2));
        AssertRefused(
            "The layer 'linear' does not fit: a vector is needed, but the input is 3×8×8; flatten it or pool it first.", images => images);
    }

    [TestMethod]
    public void LayersOfAnotherNetworkAreRefused()
    {
        Layer? other = null;
        new Described(1, images => (other = images).GlobalAveragePool()).CreateGraph(2, 8);

        var error = Assert.ThrowsExactly<ArgumentException>(() => new Described(1, images => images.Add(other!)).CreateGraph(2, 8));

        Assert.StartsWith("The layers belong to different networks.", error.Message);
    }

    [TestMethod]
    public void NumbersOutOfRangeAreRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => new Described(1, images => images.Convolution("a", 0, kernel: 3)).CreateGraph(2, 8));

        Assert.StartsWith("channels is 0; it must be at least 1.", error.Message);
    }

    private static void AssertRefused(string message, Func<Layer, Layer> describe)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new Described(1, describe).CreateGraph(classCount: 2, imageSize: 8));

        Assert.StartsWith(message, error.Message);
    }
}

/// <summary>A network described by a lambda.</summary>
internal sealed class Described(double width, Func<Layer, Layer> describe) : NetworkDefinition("Described", ("width", width))
{
    protected override Layer DescribeFeatures(Layer images) => describe(images);
}
