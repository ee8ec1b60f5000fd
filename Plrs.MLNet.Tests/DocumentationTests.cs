using System.Text.RegularExpressions;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests;

[TestClass]
public sealed partial class DocumentationTests
{
    [TestMethod]
    public void EveryLinkLeadsToAFileAndAHeading()
    {
        string[] pages =
        [
            Path.Combine(Checkout.Root, "README.md"),
            Path.Combine(Checkout.Root, "CONTRIBUTING.md"),
            Path.Combine(Checkout.Root, "CHANGELOG.md"),
            .. Directory.GetFiles(Path.Combine(Checkout.Root, "docs"), "*.md"),
        ];
        var links = pages.SelectMany(
            page => Link().Matches(File.ReadAllText(page)).Select(match => (Page: page, To: match.Groups["to"].Value)))
            .Where(link => !link.To.StartsWith("http", StringComparison.Ordinal)).ToArray();

        var broken = links.Where(link => !Exists(link.Page, link.To))
            .Select(link => $"{Path.GetRelativePath(Checkout.Root, link.Page)}: {link.To}");

        Assert.AreEqual("", string.Join(", ", broken));
        Assert.IsGreaterThan(30, links.Length);
    }

    [TestMethod]
    public void TheIndexHasEveryPage()
    {
        var pages = Directory.GetFiles(Path.Combine(Checkout.Root, "docs"), "*.md").Select(Path.GetFileName)
            .Where(page => page != "README.md");

        var listed = Link().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "README.md")))
            .Select(match => match.Groups["to"].Value).ToArray();

        CollectionAssert.AreEquivalent(pages.ToArray(), listed);
    }

    /// <summary>A package feed shows the page alone: nothing lies beside it there.</summary>
    [TestMethod]
    [DataRow("Plrs.MLNet")]
    [DataRow("Plrs.MLNet.Cpu")]
    [DataRow("tools/plrs")]
    public void ThePageOfAPackageIsItsReadmeAndLeadsToWholeAddressesAlone(string project)
    {
        var folder = Path.Combine(Checkout.Root, project);
        var packed = Directory.GetFiles(folder, "*.csproj")
            .Concat(Directory.GetFiles(folder, "*.nuspec"))
            .Select(File.ReadAllText).ToArray();

        var links = Link().Matches(File.ReadAllText(Path.Combine(folder, "README.md"))).Select(match => match.Groups["to"].Value);

        Assert.AreEqual("", string.Join(", ", links.Where(link => !link.StartsWith("https://", StringComparison.Ordinal))));
        Assert.IsTrue(
            Array.Exists(
                packed,
                file => file.Contains("<PackageReadmeFile>README.md<", StringComparison.Ordinal)
                    || file.Contains("<readme>README.md<", StringComparison.Ordinal)));
    }

    /// <summary>The changelog is no page of docs, and names those in code, as from the repository's root.</summary>
    [TestMethod]
    public void EveryPageThatTheChangelogNamesIsThere()
    {
        var names = PageInCode().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "CHANGELOG.md")))
            .Select(match => match.Groups["page"].Value).ToArray();

        Assert.AreEqual("", string.Join(", ", names.Where(name => !File.Exists(Path.Combine(Checkout.Root, name)))));
        Assert.IsGreaterThan(10, names.Length);
    }

    private static bool Exists(string page, string link)
    {
        var parts = link.Split('#');
        var target = parts[0].Length > 0 ? Path.Combine(Path.GetDirectoryName(page)!, parts[0]) : page;
        return File.Exists(target) && (parts.Length == 1 || Headings(target).Contains(parts[1]));
    }

    /// <summary>The names that GitHub gives to headings: in lower case, without punctuation, with hyphens for spaces.</summary>
    private static IEnumerable<string> Headings(string page) => File.ReadLines(page).Where(line => line.StartsWith('#'))
        .Select(line => Punctuation().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`(?<page>[^`]+\\.md)`")]
    private static partial Regex PageInCode();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
