using System.Globalization;
using System.Xml.Linq;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.RangeTest;

[TestClass]
public sealed class PlrsBoundsFileTests
{
    private static readonly PlrsBounds Bounds = PlrsRangeTest.RunSeeds(
        seed => Loops.Quadratic(10 + seed), new PlrsRangeTestOptions { Seeds = 2 });

    [TestMethod]
    public void TheTableHasEveryStepInAnyCulture()
    {
        using var folder = new TemporaryFolder();
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = "," } };
        try
        {
            Bounds.SaveCsv(folder.File("curves.csv"));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        var lines = File.ReadAllLines(folder.File("curves.csv"));
        Assert.AreEqual("seed,step,learning_rate,loss,smoothed_loss", lines[0]);
        Assert.AreEqual("0,0,1E-05,6.75,6.75", lines[1]);
        Assert.HasCount(1 + Bounds.Curves.Sum(curve => curve.Losses.Count), lines);
        Assert.StartsWith("1,", lines[^1]);
    }

    [TestMethod]
    public void ThePictureHasTheCurvesAndTheBounds()
    {
        using var folder = new TemporaryFolder();
        Bounds.SavePlot(folder.File("curves.svg"));

        var svg = XDocument.Load(folder.File("curves.svg")).Root!;
        var (minimum, maximum) = (
            Bounds.MinimumLearningRate.ToString(CultureInfo.InvariantCulture),
            Bounds.MaximumLearningRate.ToString(CultureInfo.InvariantCulture));
        Assert.Contains($"L_min {minimum}, L_max {maximum}, L̄ ", svg.Value);
        Assert.HasCount(2, svg.Descendants().Where(element => (string?)element.Attribute("stroke-width") == "2"), "A line a sweep.");
        Assert.HasCount(1, svg.Descendants().Where(element => (string?)element.Attribute("fill") == "#cfe3cf"), "The band.");
        Assert.DoesNotContain("NaN", svg.ToString());
        Assert.DoesNotContain("∞", svg.ToString());
    }

    [TestMethod]
    public void WithoutARangeThePictureSaysSo()
    {
        using var folder = new TemporaryFolder();
        PlrsRangeTest.Run(_ => double.NaN).SavePlot(folder.File("none.svg"));

        var svg = XDocument.Load(folder.File("none.svg")).Root!;
        Assert.Contains("no usable range", svg.Value);
        Assert.DoesNotContain("NaN", svg.ToString());
    }

    [TestMethod]
    public void AnEmptyPathIsRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Bounds.SaveCsv(" "));
        Assert.ThrowsExactly<ArgumentException>(() => Bounds.SavePlot(""));
    }
}
