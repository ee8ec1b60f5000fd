using System.Globalization;
using System.Text.RegularExpressions;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

[TestClass]
public sealed partial class ReadmeTests
{
    [TestMethod]
    public void TheSnippetsBatchesAreOfTheSizeThatItsBoundsAreFor()
    {
        var readme = File.ReadAllText(Path.Combine(Checkout.Root, "README.md"));
        var snippet = readme.Split("```csharp")[1].Split("```")[0];

        var sizes = Sizes().Match(readme);
        var batch = BatchSize().Match(snippet);

        Assert.Contains(".UsePlrs(0.07, 0.1)", snippet);
        Assert.IsTrue(sizes.Success);
        Assert.IsTrue(batch.Success);
        Assert.IsInRange(Number(sizes.Groups[1]), Number(sizes.Groups[2]), Number(batch.Groups[1]));
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"U\[0\.07, 0\.1\] is where to start .* at a batch size of (\d+) to (\d+);")]
    private static partial Regex Sizes();

    [GeneratedRegex(@"BatchSize = (\d+),")]
    private static partial Regex BatchSize();
}
