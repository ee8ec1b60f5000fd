namespace Plrs.MLNet.Tests.Support;

/// <summary>
/// A copy of the checkout's sources, which looks to the build like a clone with a remote. Packages are made in the copy, with a version of
/// the tests' own: what was built with the tests stays as it is, because other tests, of another process too, use it meanwhile.
/// </summary>
internal sealed class SourceCopy : IDisposable
{
    /// <summary>The version of what is built in a copy. NuGet takes it where none is named, because it is no preview.</summary>
    public const string Version = "7.8.9";

    /// <summary>The address of the remote, and the commit that is checked out.</summary>
    public const string Repository = "https://github.com/owner/name";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private static readonly string[] Folders =
        ["build", "docs", "examples", "tools", "Plrs.MLNet", "Plrs.MLNet.Cpu", "Plrs.MLNet.Experiments"];
    private static readonly Lazy<SourceCopy> All = new(() => new SourceCopy());

    private readonly TemporaryFolder _folder = new();

    public SourceCopy()
    {
        var root = new DirectoryInfo(Checkout.Root);
        CopyFiles(root, _folder.Path);
        foreach (var folder in Folders)
        {
            Copy(new DirectoryInfo(Path.Combine(Checkout.Root, folder)), Path.Combine(_folder.Path, folder));
        }

        // The build reads these files itself, and needs no git.
        File.WriteAllText(_folder.File(".git", "HEAD"), $"{Commit}\n");
        File.WriteAllText(
            _folder.File(".git", "config"), $"[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = {Repository}.git\n");
        Directory.CreateDirectory(_folder.File(".git", "objects", ""));
        Directory.CreateDirectory(_folder.File(".git", "refs", ""));
    }

    /// <summary>The copy that tests share, whose projects are so built once.</summary>
    public static SourceCopy Shared => All.Value;

    /// <summary>The path of a file of the copy.</summary>
    public string PathOf(params string[] parts) => Path.Combine([_folder.Path, .. parts]);

    public static void DisposeShared()
    {
        if (All.IsValueCreated)
        {
            All.Value.Dispose();
        }
    }

    /// <summary>Runs the dotnet command on a project of the copy, as for a release; the test fails when it does.</summary>
    /// <returns>What it wrote to its output.</returns>
    public string DotNet(string command, string project, params string[] arguments)
    {
        string[] properties = ["-p:RunAnalyzers=false", $"-p:Version={Version}", "-p:CI=true"];
        return Checkout.DotNet(command, [project, "-c", "Release", .. arguments, .. properties], _folder.Path);
    }

    public void Dispose() => _folder.Dispose();

    private static void Copy(DirectoryInfo from, string to)
    {
        CopyFiles(from, to);
        foreach (var folder in from.GetDirectories().Where(folder => folder.Name is not ("bin" or "obj")))
        {
            Copy(folder, Path.Combine(to, folder.Name));
        }
    }

    private static void CopyFiles(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in from.GetFiles().Where(file => file.Name != ".git"))
        {
            file.CopyTo(Path.Combine(to, file.Name));
        }
    }
}
