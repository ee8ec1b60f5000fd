using System.Globalization;
using System.Text.RegularExpressions;
using Plrs.MLNet.Files;

namespace Plrs.MLNet.Checkpoints;

/// <summary>
/// The folder <c>checkpoints</c> of a workspace. A file's name gives the number of steps done, so that names sort by it, and
/// the run, so that runs with other settings or data share a workspace without touching each other's files.
/// </summary>
internal sealed partial class CheckpointStore(string workspace)
{
    public string Folder { get; } = Path.Combine(Path.GetFullPath(workspace), "checkpoints");

    /// <summary>Makes the folder, and finds out now, not after hours of training, whether a file of some size can be written there.</summary>
    /// <exception cref="InvalidOperationException">It cannot.</exception>
    public void Prepare(long bytes)
    {
        try
        {
            Directory.CreateDirectory(Folder);
            foreach (var abandoned in Directory.EnumerateFiles(Folder, "checkpoint-*.plrs" + CheckpointFile.TemporaryEnding))
            {
                CheckpointFile.DeleteUnlessInUse(abandoned);
            }

            using var probe = new FileStream(Path.Combine(Folder, Path.GetRandomFileName()), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
                PreallocationSize = bytes,
            });
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new InvalidOperationException($"No checkpoint can be written to the workspace's folder '{Folder}': {e.Message}", e);
        }
    }

    /// <summary>Writes a run's checkpoint, then removes all of the run's but the newest up to it.</summary>
    /// <remarks>Later ones, of the same run before it was started again, stay until the run gets there.</remarks>
    /// <returns>The path of the checkpoint.</returns>
    public string Write(string run, long steps, int kept, Action<BinaryWriter> writeContent)
    {
        var path = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"checkpoint-{steps:D12}-{run}.plrs"));
        CheckpointFile.Write(path, writeContent);
        foreach (var old in Files().Where(file => file.Run == run && file.Steps <= steps).Skip(kept))
        {
            CheckpointFile.DeleteUnlessInUse(old.Path);
        }

        return path;
    }

    /// <summary>All checkpoints, of any run, those with most steps first.</summary>
    public IReadOnlyList<Entry> Files() => !Directory.Exists(Folder) ? [] :
    [
        .. Directory.EnumerateFiles(Folder)
            .Select(path => (Path: path, Match: Name().Match(Path.GetFileName(path))))
            .Where(file => file.Match.Success)
            .Select(file => new Entry(file.Path, file.Match.Groups["run"].Value, long.Parse(file.Match.Groups["steps"].ValueSpan, CultureInfo.InvariantCulture)))
            .OrderByDescending(file => file.Steps)
            .ThenBy(file => file.Run, StringComparer.Ordinal),
    ];

    [GeneratedRegex(@"^checkpoint-(?<steps>[0-9]{12})-(?<run>[0-9a-f]{8})\.plrs$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    /// <summary>A checkpoint's file, by its name.</summary>
    public readonly record struct Entry(string Path, string Run, long Steps);
}
