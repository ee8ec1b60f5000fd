using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Documentation;

/// <summary>Programs to copy sort what they list: a file system has an order of its own, and splits and models would follow it.</summary>
[TestClass]
public sealed class ListingOrderTests
{
    private static readonly string[] Listings =
    [
        "GetFiles", "GetDirectories", "GetFileSystemEntries", "GetFileSystemInfos", "EnumerateFiles", "EnumerateDirectories",
        "EnumerateFileSystemEntries", "EnumerateFileSystemInfos",
    ];

    /// <summary>What brings an order, and what does not depend on one.</summary>
    private static readonly string[] Sorts =
    [
        "Order", "OrderBy", "OrderDescending", "OrderByDescending", "Sum", "Any", "Count", "Length", "Single",
    ];

    [TestMethod]
    public void SnippetsOfPagesSortWhatTheyList()
    {
        var snippets = Snippet.OfPages().Concat(Snippet.OfXmlDocumentation()).ToArray();

        Assert.AreEqual(
            "", string.Join('\n', snippets.SelectMany(snippet => Unsorted(snippet.Code).Select(listing => $"{snippet}: {listing}"))));
        Assert.IsTrue(snippets.Any(snippet => snippet.Page == "docs/getting-started.md" && Listings.Any(snippet.Code.Contains)));
    }

    [TestMethod]
    public void ExamplesBenchmarksAndTheExperimentCoreSortWhatTheyList()
    {
        string[] files =
        [
            .. new[] { "examples", "benchmarks", "Plrs.MLNet.Experiments" }
                .SelectMany(folder => Directory.GetFiles(Path.Combine(Checkout.Root, folder), "*.cs", SearchOption.AllDirectories))
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains(".Tests/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

        Assert.AreEqual(
            "", string.Join('\n', files.SelectMany(file => Unsorted(File.ReadAllText(file)).Select(listing => $"{file}: {listing}"))));
        Assert.IsGreaterThan(100, files.Length);
    }

    [TestMethod]
    [DataRow("var files = Directory.GetFiles(folder);", "Directory.GetFiles(folder)")]
    [DataRow(
        "var files = Directory.GetDirectories(folder).Order(StringComparer.Ordinal).SelectMany(one " +
        "=> Directory.GetFiles(one).Select(Read));",
        "Directory.GetFiles(one)")]
    [DataRow("foreach (var file in new DirectoryInfo(folder).EnumerateFiles()) { }", "new DirectoryInfo(folder).EnumerateFiles()")]
    [DataRow("var files = Directory.GetFiles(folder).Where(IsImage).Select(Path.GetFileName).OrderBy(name => name);", "")]
    [DataRow(
        "var files = from file in Directory.GetFiles(folder).Order() select file; var count = Directory.GetDirectories(folder).Length;",
        "")]
    public void AListingWithoutAnOrderIsFound(string code, string found) => Assert.AreEqual(found, string.Join(' ', Unsorted(code)));

    private static IEnumerable<string> Unsorted(string code) =>
        CSharpSyntaxTree.ParseText(code).GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: var name } && Listings.Contains(name))
            .Where(call => !Chain(call).Any(Sorts.Contains))
            .Select(call => call.ToString());

    /// <summary>The members that are asked for one after the other, from what a call returns on.</summary>
    private static IEnumerable<string> Chain(ExpressionSyntax call)
    {
        for (SyntaxNode node = call; node.Parent is MemberAccessExpressionSyntax access
            && access.Expression == node; node = access.Parent is InvocationExpressionSyntax next ? next : access)
        {
            yield return access.Name.Identifier.Text;
        }
    }
}
