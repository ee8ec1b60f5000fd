namespace Plrs.MLNet.Tests.Support;

/// <summary>
/// Files that cannot be read, each for a reason of its own, at the end of a folder's rows. Permissions are not among them, for they do not
/// bind an administrator; a folder in place of a file gets the same exception.
/// </summary>
internal sealed class UnreadableFiles : IDisposable
{
    private readonly FileStream _locked;

    public UnreadableFiles(ImageFolder folder)
    {
        var missing = folder.AddRow("disc", "missing.png");
        var dangling = folder.AddRow("disc", "dangling.png");
        File.CreateSymbolicLink(dangling, missing);
        var directory = folder.AddRow("square", "folder.png");
        Directory.CreateDirectory(directory);
        var locked = folder.AddRow("square", "locked.png");
        _locked = new FileStream(locked, FileMode.Create, FileAccess.Write, FileShare.None);
        var tooLong = folder.AddRow("stripes", $"{new string('n', 300)}.png");
        folder.AddRow("stripes", "nul\0.png");
        Reasons =
        [
            $"Could not find file '{missing}'",
            $"Could not find file '{dangling}'",
            $"Access to the path '{directory}' is denied",
            $"The process cannot access the file '{locked}' because it is being used by another process",
            $"The path '{tooLong}' is too long, or a component of the specified path is too long",
            "Null character in path",
        ];
    }

    /// <summary>What the system says of each.</summary>
    public IReadOnlyList<string> Reasons { get; }

    public void Dispose() => _locked.Dispose();
}
