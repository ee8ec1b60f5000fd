using System.Net;
using System.Text.RegularExpressions;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Documentation;

/// <summary>C# of a page, or of an example in the library's XML documentation.</summary>
/// <param name="Page">The file, relative to the checkout, with slashes.</param>
/// <param name="Line">The line of the file that the code begins in, from 1.</param>
/// <param name="Code">The code, line by line as in the file.</param>
internal sealed partial record Snippet(string Page, int Line, string Code)
{
    /// <summary>Whether it brings the library's usings, and so is to be compiled as it stands.</summary>
    public bool IsWhole => Code.Contains("using Plrs.MLNet;", StringComparison.Ordinal);

    public bool IsOfXmlDocumentation => Page.EndsWith(".cs", StringComparison.Ordinal);

    public static IReadOnlyList<Snippet> OfPages() =>
        [.. Files("*.md", "").Concat(Files("*.md", "docs")).Concat(Files("*.md", "Plrs.MLNet")).Concat(Files("*.md", "Plrs.MLNet.Cpu"))
            .SelectMany(page => In(page, MarkdownBlock()))];

    public static IReadOnlyList<Snippet> OfXmlDocumentation() =>
        [.. Files("*.cs", "Plrs.MLNet", SearchOption.AllDirectories)
            .Where(file => !file.StartsWith("Plrs.MLNet/obj/", StringComparison.Ordinal)).SelectMany(file => In(file, XmlExample()))];

    /// <summary>Whether it is the one of a page that begins with some code.</summary>
    public bool Begins(string page, string code) => Page == page && Code.TrimStart().StartsWith(code, StringComparison.Ordinal);

    public override string ToString() => $"{Page}:{Line}";

    private static IEnumerable<string> Files(string pattern, string folder, SearchOption search = SearchOption.TopDirectoryOnly) =>
        Directory.GetFiles(Path.Combine(Checkout.Root, folder), pattern, search)
            .Select(path => Path.GetRelativePath(Checkout.Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private static IEnumerable<Snippet> In(string page, Regex blocks)
    {
        var text = File.ReadAllText(Path.Combine(Checkout.Root, page)).ReplaceLineEndings("\n");
        foreach (Match block in blocks.Matches(text))
        {
            var code = block.Groups["code"];
            var snippet = new Snippet(page, text.AsSpan(0, code.Index).Count('\n') + 1, code.Value);
            yield return snippet.IsOfXmlDocumentation
                ? snippet with { Code = WebUtility.HtmlDecode(Slashes().Replace(code.Value, "")) }
                : snippet;
        }
    }

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex MarkdownBlock();

    [GeneratedRegex("///[^\n]*?<code>(?<code>.*?)</code>", RegexOptions.Singleline)]
    private static partial Regex XmlExample();

    [GeneratedRegex("^ *///", RegexOptions.Multiline)]
    private static partial Regex Slashes();
}
