using Plrs.MLNet.Tests.Documentation;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

/// <summary>Every line of the pages that adds a package, run word for word as on a user's machine, and what comes of it.</summary>
[TestClass]
public sealed class InstallTests
{
    /// <summary>The lines of first steps, which stand in the README, too.</summary>
    private const string FirstSteps = "docs/getting-started.md";

    /// <summary>What a project has that follows a page.</summary>
    private static readonly Dictionary<string, (string Name, string Version)[]> Before = new()
    {
        ["docs/migrating.md"] = [("Microsoft.ML", "5.0.1")],
    };

    private static PageMachine _machine = null!;
    private static PageProject _first = null!;

    public static IEnumerable<object[]> OtherPages => PageLines.ThatAddPackages()
        .Where(block => !block.Pages.Contains(FirstSteps))
        .Select(block => new object[] { block.ToString() });

    [ClassInitialize]
    public static void FollowFirstSteps(TestContext context)
    {
        _machine = new PageMachine();
        _first = new PageProject(_machine, "first", Lines(block => block.Pages.Contains(FirstSteps)));
    }

    [ClassCleanup]
    public static void Remove() => _machine.Dispose();

    [TestMethod]
    public void TheReadmeAndFirstStepsHaveTheSameLines()
    {
        var block = PageLines.ThatAddPackages().Single(block => block.Pages.Contains(FirstSteps));

        CollectionAssert.AreEqual(new[] { "README.md", FirstSteps }, block.Pages.ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(OtherPages))]
    public void TheLinesOfAnotherPageInstall(string pages)
    {
        var lines = Lines(block => block.ToString() == pages);

        var project = new PageProject(_machine, pages.Replace('/', '-'), lines, Before.GetValueOrDefault(pages, []));
        var repair = project.References.ContainsKey("Microsoft.ML.TorchSharp");
        project.Run($"dotnet build -c Release -p:CreateSymbolicLinksForCopyLocalIfPossible=true -p:RepairMLNetTorchSharp={repair}");

        Assert.IsGreaterThan(1, project.References.Count);
    }

    [TestMethod]
    public void TheProgramOfFirstStepsTrainsAndPredicts()
    {
        using var images = new ImageFolder(imagesPerClass: 3, classes: 2);

        var run = _first.RunProgram(Snippet.OfPages().First(snippet => snippet.Page == FirstSteps).Code, images.Path);

        Assert.Contains(" of the test photos are right.", run);
        Assert.IsTrue(File.Exists(_first.PathOf("model.zip")));
        var output = Directory.GetFiles(_first.PathOf("bin"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToArray();
        Assert.Contains("ResNet18.onnx", output, "The package's weights are those of the program.");
        Assert.DoesNotContain(StandInPackage.FileName, output, "libtorch of another system.");
        Assert.AreEqual(OperatingSystem.IsWindows(), output.Contains("onnxruntime.dll"), "ONNX Runtime of Windows.");
    }

    [TestMethod]
    public void MLNetAddedAfterwardsKeepsItsVersion()
    {
        _first.Run("dotnet add package Microsoft.ML");

        Assert.StartsWith("6.", _first.References["Microsoft.ML"]);
    }

    [TestMethod]
    public void WhatIsPublishedHasTheFilesOfOneSystemUnlessAllAreAskedFor()
    {
        var own = StandInPackage.RuntimeOf(ConsoleProject.Libtorch);
        var others = ConsoleProject.LibtorchOfOtherSystems.Select(StandInPackage.RuntimeOf).ToArray();
        var allStandIns = others.Select(runtime => $"runtimes/{runtime}/native/{StandInPackage.FileName}").ToArray();

        var here = _first.Published("");
        var everywhere = _first.Published("-p:PlrsAllRuntimes=true");
        var there = _first.Published($"-r {others[0]}");

        var runtimes = here.Select(file => file.Split('/')).Where(parts => parts is ["runtimes", _, "native", ..])
            .Select(parts => parts[1]);
        CollectionAssert.AreEqual(new[] { own }, runtimes.Distinct().ToArray());
        CollectionAssert.IsSubsetOf(allStandIns, everywhere.ToArray());
        CollectionAssert.IsSubsetOf(here.ToArray(), everywhere.ToArray());
        Assert.Contains(StandInPackage.FileName, there, "A runtime identifier has libtorch of its system, beside the program.");
        Assert.IsEmpty(
            there.Where(file => file.Contains("torch_cpu", StringComparison.Ordinal) || file.Split('/') is ["runtimes", ..]),
            "And of no other.");
        foreach (var files in new[] { here, everywhere, there })
        {
            Assert.Contains("DnnImageModels/ResNet18Onnx/ResNet18.onnx", files);
        }
    }

    private static IReadOnlyList<string> Lines(Func<LineBlock, bool> predicate) => PageLines.ThatAddPackages().Single(predicate).Lines;
}
