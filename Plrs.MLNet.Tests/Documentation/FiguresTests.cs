using System.Globalization;
using System.Text.RegularExpressions;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Documentation;

/// <summary>A measured accuracy has one home, a page of measurements. Other pages that name it link there, and say the same.</summary>
[TestClass]
public sealed partial class FiguresTests
{
    private static readonly string[] Homes = ["docs/benchmarks.md", "docs/experiments.md", "docs/fine-tuning.md", "docs/theory.md"];

    public static IEnumerable<object[]> Pages => Directory.GetFiles(Path.Combine(Checkout.Root, "docs"), "*.md")
        .Append(Path.Combine(Checkout.Root, "README.md"))
        .Select(file => Path.GetRelativePath(Checkout.Root, file).Replace('\\', '/'))
        .Where(page => !Homes.Contains(page))
        .Order(StringComparer.Ordinal)
        .Select(page => new object[] { page });

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void AnAccuracyOfAnotherPageIsLinkedAndTheSame(string page)
    {
        foreach (var paragraph in Paragraphs(page).Where(paragraph => Accuracy().IsMatch(paragraph)))
        {
            var homes = Link().Matches(paragraph)
                .Select(link => Path.GetFullPath(Path.Combine(Checkout.Root, Path.GetDirectoryName(page)!, link.Groups["page"].Value)))
                .Where(file => Homes.Contains(Path.GetRelativePath(Checkout.Root, file).Replace('\\', '/')))
                .ToArray();
            Assert.IsNotEmpty(homes, $"{page}: the page that the accuracies are from is not linked in: {paragraph}");
            var measured = homes.SelectMany(file => Numbers(File.ReadAllText(file))).ToHashSet();
            foreach (var number in Accuracy().Matches(paragraph).SelectMany(match => Numbers(match.Value)))
            {
                Assert.Contains(number, measured, $"{page}: {number} is on none of the linked pages, in: {paragraph}");
            }
        }
    }

    [TestMethod]
    public void AccuraciesAreFound() => CollectionAssert.AreEqual(
        new[] { 88.5, 89, 91, 57.5 },
        Accuracy().Matches("gave 88.5, 89 and 91 % of 200 photos, with 95 % confidence, and 57.5 % of them")
            .SelectMany(match => Numbers(match.Value)).ToArray());

    private static IEnumerable<string> Paragraphs(string page) =>
        Fence().Replace(File.ReadAllText(Path.Combine(Checkout.Root, page)), "").Split("\n\n")
            .Where(paragraph => Subject().IsMatch(paragraph));

    private static IEnumerable<double> Numbers(string text) =>
        Number().Matches(text).Select(number => double.Parse(number.Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"```.*?```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\bphotos\b.*\b(right|cross-validation)\b|test images", RegexOptions.Singleline)]
    private static partial Regex Subject();

    // One number or several, such as "88.5, 89 and 91 %", but not how sure they are.
    [GeneratedRegex(@"(\d+(\.\d+)?(, | and | to ))*\d+(\.\d+)? %(?! confidence)")]
    private static partial Regex Accuracy();

    [GeneratedRegex(@"\]\((?<page>[^)#\s]+\.md)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();
}
