using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Tests.Tool;

namespace Plrs.MLNet.Tests.Build;

/// <summary>The tool plrs, packed, installed from a folder as docs/tool.md says, and used from there.</summary>
[TestClass]
public sealed class ToolPackageTests
{
    [TestMethod]
    public void TheInstalledToolTrainsAndPredicts()
    {
        using var folder = new TemporaryFolder();
        using var images = new ImageFolder(imagesPerClass: 2);
        var feed = folder.File("feed", "");
        var tools = folder.File("tools", "");
        var model = folder.File("model.zip");

        var packed = SourceCopy.Shared.DotNet("pack", "tools/plrs", "-o", feed);
        var installed = CommandRun.Of(
            "dotnet",
            ["tool", "install", "Plrs.MLNet.Tool", "--version", SourceCopy.Version, "--tool-path", tools, "--add-source", feed],
            folder.Path);
        var program = Path.Combine(tools, OperatingSystem.IsWindows() ? "plrs.exe" : "plrs");
        var trained = CommandRun.Of(program, ["train", images.Path, .. PlrsProgram.Quick, "--epochs", "1", "--output", model], folder.Path);
        var predicted = CommandRun.Of(program, ["predict", model, Path.Combine(images.Path, "disc", "000.png")], folder.Path);

        Assert.DoesNotContain("warning", packed);
        Assert.AreEqual(0, installed.ExitCode, installed.Output + installed.Error);
        Assert.AreEqual(0, trained.ExitCode, trained.Error);
        Assert.AreEqual(0, predicted.ExitCode, predicted.Error);
        Assert.Contains("000.png", predicted.Output);
    }
}
