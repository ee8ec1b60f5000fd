using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Documentation;

/// <summary>
/// The C# of the pages and of the XML documentation, run as it stands there: page by page, each in a folder of its own, with the
/// <see cref="Surroundings"/> that it takes for granted.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class RunningSnippetTests
{
    /// <summary>All that is not run: its page, how it begins, and why. A new snippet is run unless it is named here.</summary>
    private static readonly (string Page, string Beginning, string Reason)[] NotRun =
    [
        ("docs/migrating.md", "var before = ", StandIns),
        ("docs/tensorflow.md", "var pipeline = ", StandIns),
        ("docs/tensorflow.md", "var trainer = ", StandIns),
    ];

    /// <summary>
    /// ML.NET's TensorFlow-backed trainer is not in these tests: see build/TensorFlow.targets. What begins so is the refusal of what is in
    /// its place.
    /// </summary>
    private const string StandIns = "This program was built against stand-ins for ML.NET's TensorFlow-backed trainer";

    private static Surroundings _surroundings = null!;

    public static IEnumerable<object[]> Pages => All().Select(snippet => snippet.Page).Distinct().Select(page => new object[] { page });

    [ClassInitialize]
    public static void Prepare(TestContext _) => _surroundings = new Surroundings();

    [ClassCleanup]
    public static void Remove() => _surroundings.Dispose();

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void TheSnippetsOfAPageRunInTurn(string page)
    {
        using var folder = _surroundings.NewWorkingFolder();
        foreach (var snippet in All().Where(snippet => snippet.Page == page && !IsNotRun(snippet)))
        {
            Run(snippet, folder);
        }
    }

    [TestMethod]
    public void WhatIsNotRunIsThereAndFailsForItsReason()
    {
        foreach (var (page, beginning, reason) in NotRun)
        {
            using var folder = _surroundings.NewWorkingFolder();
            var snippet = All().Single(snippet => snippet.Begins(page, beginning));

            var error = Assert.Throws<AssertFailedException>(() => Run(snippet, folder), $"{snippet} runs.");

            Assert.StartsWith($"{snippet.Page}:", error.Message);
            Assert.StartsWith(reason, error.InnerException!.Message);
        }
    }

    [TestMethod]
    public void EveryPromiseIsThatOfASnippetThatRuns() =>
        Assert.AreEqual(PagePromises.Count, All().Count(snippet => PagePromises.Of(snippet) is not null && !IsNotRun(snippet)));

    [TestMethod]
    public void ASnippetThatThrowsIsNamedWithItsLine()
    {
        var snippet = new Snippet("docs/some.md", 41, "var first = 1;\nvar second = new int[first];\nConsole.WriteLine(second[first]);\n");

        var error = Assert.Throws<AssertFailedException>(() => new CompiledSnippet(snippet).Run([], new Dictionary<string, object>()));

        Assert.AreEqual("docs/some.md:43: IndexOutOfRangeException: Index was outside the bounds of the array.", error.Message);
    }

    /// <summary>Lines that are on two pages are run on the first.</summary>
    private static IEnumerable<Snippet> All() => Snippet.OfPages().Concat(Snippet.OfXmlDocumentation()).DistinctBy(snippet => snippet.Code);

    private static bool IsNotRun(Snippet snippet) => NotRun.Any(entry => snippet.Begins(entry.Page, entry.Beginning));

    private static void Run(Snippet snippet, TemporaryFolder folder)
    {
        var here = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(folder.Path);
        try
        {
            new SnippetRun(snippet, _surroundings).CheckWhatItMade();
        }
        finally
        {
            Directory.SetCurrentDirectory(here);
        }
    }
}
