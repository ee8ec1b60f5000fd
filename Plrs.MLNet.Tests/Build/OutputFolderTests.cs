namespace Plrs.MLNet.Tests.Build;

[TestClass]
public sealed class OutputFolderTests
{
    /// <summary>libtorch is half a gigabyte for each system; only this machine's may be in an output folder.</summary>
    [TestMethod]
    public void LibtorchOfOtherSystemsIsNotCopied()
    {
        var libraries = Directory.EnumerateFiles(AppContext.BaseDirectory, "*torch*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(AppContext.BaseDirectory, path))
            .Where(path => IsLibtorch(Path.GetFileName(path)))
            .ToList();
        var system = OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64";
        var here = Path.Combine("runtimes", system, "native");

        Assert.IsNotEmpty(libraries);
        CollectionAssert.AreEqual(Array.Empty<string>(), libraries.Where(path => Path.GetDirectoryName(path) != here).ToList());
    }

    private static bool IsLibtorch(string name) =>
        name.StartsWith("libtorch", StringComparison.Ordinal) ||
        (name.StartsWith("torch", StringComparison.Ordinal) && name.EndsWith(".dll", StringComparison.Ordinal));
}
