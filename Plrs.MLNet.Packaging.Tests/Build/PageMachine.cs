using System.Reflection;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

/// <summary>
/// What a user has who follows the pages, in a folder outside the checkout. The library's packages come from the folder that the README's
/// line names, all others from the sources of this machine or from its cache. libtorch for other systems is a <see cref="StandInPackage"/>.
/// What is restored stays in the folder.
/// </summary>
internal sealed class PageMachine : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly (string Name, string Value)[] _environment;

    public PageMachine()
    {
        var standIns = _folder.File("stand-ins");
        foreach (var package in ConsoleProject.LibtorchOfOtherSystems)
        {
            StandInPackage.AddTo(standIns, package, ConsoleProject.VersionOf(package));
        }

        var facts = typeof(PageMachine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>();
        var cache = facts.Single(fact => fact.Key == "PackageCache").Value;
        _environment =
        [
            ("NUGET_PACKAGES", _folder.File("packages")),
            ("RestoreFallbackFolders", $"{standIns};{cache}"),
            ("MSBUILDDISABLENODEREUSE", "1"),
            ("UseSharedCompilation", "false"),
        ];

        // Only where the name is written down differs from the README: not in the settings of the user who runs the tests.
        var settings = _folder.File("nuget.config");
        File.WriteAllText(settings, "<configuration />");
        var line = PageLines.OfReadme("dotnet nuget add source ").Replace("\"$PWD/feed\"", PackedFeed.Folder, StringComparison.Ordinal);
        Run(_folder.Path, $"{line} --configfile {settings}");
    }

    /// <summary>The folder in which pages begin.</summary>
    public string NewFolder(string name)
    {
        Directory.CreateDirectory(_folder.File(name));
        return _folder.File(name);
    }

    /// <summary>Runs a line of dotnet in a folder; the test fails when it does, and when NuGet or the compiler warn.</summary>
    /// <returns>What it wrote to its output.</returns>
    public string Run(string folder, string line)
    {
        var words = line.Split(' ');
        var run = CommandRun.Of(words[0], words[1..], folder, _environment);
        Assert.AreEqual(0, run.ExitCode, $"{line}\n{run.Output}{run.Error}");
        Assert.DoesNotContain("warn", run.Output, $"{line}\n{run.Output}");
        return run.Output;
    }

    public void Dispose() => _folder.Dispose();
}
