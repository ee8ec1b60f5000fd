using System.Globalization;
using System.Text.RegularExpressions;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Documentation;

/// <summary>docs/migrating.md tells of each network that it names what it has and downloads.</summary>
[TestClass]
public sealed partial class MigratingTests
{
    private const int ImageNetClasses = 1000;

    private static readonly string Page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "migrating.md"));

    [TestMethod]
    public void NetworksHaveTheirParametersAndDownloads()
    {
        var rows = Row().Matches(Page);

        foreach (var row in rows.Select(row => row.Groups))
        {
            var network = Network.Known[row["network"].Value];
            var layout = network.CreateLayout(ImageNetClasses, network.ImageSize);
            Assert.AreEqual(
                layout.Graph.ParameterCount,
                long.Parse(row["parameters"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture),
                $"{network}");
            Assert.AreEqual(KnownWeights.Get(network).FileName, row["file"].Value);
            Assert.AreEqual(
                Math.Round(layout.Tensors.Sum(tensor => tensor.Count) * sizeof(float) / 1e6).ToString(CultureInfo.InvariantCulture),
                row["size"].Value,
                $"{network}");
        }

        Assert.AreEqual("ResNet50 ResNet101 EfficientNetB0 MobileNetV2", string.Join(' ', rows.Select(row => row.Groups["network"].Value)));
        Assert.Contains("`Network.MLNetResNet18` | 16,410,152 |", Page);
    }

    [TestMethod]
    public void EveryNetworkOfMLNetHasARow()
    {
        foreach (var network in new[] { "ResnetV2101", "ResnetV250", "InceptionV3", "MobilenetV2" })
        {
            Assert.Contains($"\n| `{network}`", Page);
        }
    }

    [GeneratedRegex(@"`Network\.(?<network>\w+)`[^|]*\| (?<parameters>[\d,]+) \| `(?<file>[^`]+)`, (?<size>\d+) MB")]
    private static partial Regex Row();
}
