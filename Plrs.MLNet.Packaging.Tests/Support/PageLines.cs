using System.Text.RegularExpressions;

namespace Plrs.MLNet.Tests.Support;

/// <summary>Lines for a shell that stand together in one block, and the pages that have this block.</summary>
internal sealed record LineBlock(IReadOnlyList<string> Pages, IReadOnlyList<string> Lines)
{
    public override string ToString() => string.Join(", ", Pages);
}

/// <summary>The lines of the pages for a shell.</summary>
internal static partial class PageLines
{
    private const string AddPackage = "dotnet add package ";

    /// <summary>The blocks that add packages to a project, each once.</summary>
    public static IReadOnlyList<LineBlock> ThatAddPackages() =>
    [
        .. Pages().SelectMany(page => Blocks(page).Select(lines => (Page: page, Lines: lines)))
            .Where(block => block.Lines.Any(line => line.StartsWith(AddPackage, StringComparison.Ordinal)))
            .GroupBy(block => string.Join('\n', block.Lines))
            .Select(same => new LineBlock([.. same.Select(block => block.Page)], same.First().Lines)),
    ];

    /// <summary>The line of the README's blocks that begins so; there is only one.</summary>
    public static string OfReadme(string beginning) =>
        Blocks("README.md").SelectMany(lines => lines).Single(line => line.StartsWith(beginning, StringComparison.Ordinal));

    private static IEnumerable<string> Pages() => new[] { "", "docs", "Plrs.MLNet", "Plrs.MLNet.Cpu", "tools/plrs" }
        .SelectMany(folder => Directory.GetFiles(Path.Combine(Checkout.Root, folder), "*.md").Order(StringComparer.Ordinal))
        .Select(path => Path.GetRelativePath(Checkout.Root, path).Replace('\\', '/'));

    private static IEnumerable<string[]> Blocks(string page)
    {
        var text = File.ReadAllText(Path.Combine(Checkout.Root, page)).ReplaceLineEndings("\n");
        return Block().Matches(text).Select(block => block.Groups["lines"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [GeneratedRegex("^```(bash|sh|shell|powershell|console)\n(?<lines>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
