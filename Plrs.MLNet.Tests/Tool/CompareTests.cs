using System.Globalization;
using System.Text.Json;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>plrs compare: runs in shares, the report of what is finished, and that nothing is made twice.</summary>
[TestClass]
public sealed class CompareTests
{
    [TestMethod]
    public void SharesAreMadeAndMergedIntoAReport()
    {
        using var images = new ImageFolder(imagesPerClass: 4);
        using var folder = new TemporaryFolder();
        var output = folder.File("comparison");
        string[] quick =
        [
            "compare", images.Path, "--schedules", "constant,plrs", "--seeds", "1", "--folds", "2", "--epochs", "2", "--batch-size", "4",
            "--image-size", "16", "--output", output,
        ];

        var share = PlrsProgram.Ask([.. quick, "--task", "1/2"]);
        var half = PlrsProgram.Run("compare", "--merge", "--output", output, "--json");
        var whole = PlrsProgram.Ask(quick);
        var again = PlrsProgram.Run(quick);

        Assert.AreEqual("1/2", share.GetProperty("share").GetString());
        Assert.AreEqual(1, half.ExitCode);
        Assert.HasCount(2, JsonDocument.Parse(half.Output).RootElement.GetProperty("missing").EnumerateArray().ToArray());
        Assert.Contains("2 runs are not finished, and not in the report: ", half.Error);
        Assert.AreEqual(0, whole.GetProperty("missing").GetArrayLength());
        CollectionAssert.AreEqual(
            new[] { "constant", "plrs" },
            whole.GetProperty("schedules").EnumerateArray().Select(schedule => schedule.GetProperty("name").GetString()).ToArray());
        var plrs = whole.GetProperty("schedules")[1];
        Assert.AreEqual("PLRS U[0.07, 0.1], redrawn every step", plrs.GetProperty("rates")[0].GetString());
        Assert.AreEqual(2, plrs.GetProperty("runs").GetInt32());
        var mean = plrs.GetProperty("averaged").GetProperty("mean").GetDouble();
        var table = File.ReadLines(Path.Combine(output, "schedules.csv"))
            .Single(line => line.StartsWith("plrs,averaged,", StringComparison.Ordinal)).Split(',');
        Assert.AreEqual(double.Parse(table[5], CultureInfo.InvariantCulture), mean, 1e-5);
        Assert.Contains("Learning-rate schedules: ResNet20 on ", File.ReadAllText(Path.Combine(output, "report.html")));
        Assert.IsGreaterThan(1000, new FileInfo(Path.Combine(output, "test-accuracy-averaged.png")).Length);
        Assert.AreEqual(0, again.ExitCode, again.Error);
        Assert.Contains("4 runs, 4 finished before", again.Output);
        Assert.DoesNotContain("epoch 1:", again.Output);
    }
}
