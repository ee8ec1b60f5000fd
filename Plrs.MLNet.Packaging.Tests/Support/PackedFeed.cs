namespace Plrs.MLNet.Tests.Support;

/// <summary>The packages of the library, made once for all tests by the line of the README that makes them.</summary>
internal static class PackedFeed
{
    private static readonly Lazy<string> Packed = new(() => Pack(PageLines.OfReadme("dotnet pack ").Split(' ')));

    /// <summary>What the command wrote.</summary>
    public static string Output => Packed.Value;

    /// <summary>The folder with the packages, as the README names it.</summary>
    public static string Folder
    {
        get
        {
            Assert.IsNotEmpty(Output);
            return SourceCopy.Shared.PathOf("feed");
        }
    }

    public static string PathOf(string file) => Path.Combine(Folder, file);

    private static string Pack(string[] words)
    {
        string[] others = [.. words[..2], .. words[3..]];
        CollectionAssert.AreEqual(
            new[] { "dotnet", "pack", "-c", "Release", "-o", "feed" }, others, "The README's line is run as SourceCopy runs any.");
        return SourceCopy.Shared.DotNet("pack", words[2], "-o", "feed");
    }
}
