using System.Globalization;
using System.Text.RegularExpressions;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Checkpoints;

/// <summary>
/// A run's own folder in a workspace, so that runs with other settings or data share the workspace without touching, or even looking at,
/// each other's files. A file's name gives the number of steps done.
/// </summary>
internal sealed partial class CheckpointStore(string workspace, string run)
{
    public string Folder { get; } = Path.Combine(Path.GetFullPath(workspace), run);

    /// <summary>
    /// Finds out now, not after hours of training, whether a file of some size can be written to a workspace, and makes its folder.
    /// </summary>
    /// <exception cref="InvalidOperationException">It cannot.</exception>
    public static void Probe(string workspace, long bytes)
    {
        var folder = Path.GetFullPath(workspace);
        try
        {
            Directory.CreateDirectory(folder);
            using var probe = new FileStream(Path.Combine(folder, Path.GetRandomFileName()), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
                PreallocationSize = bytes,
            });
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new InvalidOperationException($"No checkpoint can be written to the workspace '{folder}': {Sentence.Of(e.Message)}", e);
        }
    }

    /// <summary>Removes what a run that was killed while it wrote has left behind.</summary>
    public void RemoveAbandoned()
    {
        if (Directory.Exists(Folder))
        {
            foreach (var abandoned in Directory.EnumerateFiles(Folder, "checkpoint-*.plrs*" + WholeFile.TemporaryEnding))
            {
                WholeFile.DeleteUnlessInUse(abandoned);
            }
        }
    }

    /// <summary>Writes a checkpoint, then removes all but the newest up to it.</summary>
    /// <remarks>Later ones, of the same run before it was started again, stay until the run gets there.</remarks>
    /// <returns>The path of the checkpoint.</returns>
    public string Write(long steps, int kept, Action<BinaryWriter> writeContent)
    {
        Directory.CreateDirectory(Folder);
        var path = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"checkpoint-{steps:D12}.plrs"));
        CheckpointContent.File.Write(path, writeContent);
        foreach (var old in Files().Where(file => file.Steps <= steps).Skip(kept))
        {
            WholeFile.DeleteUnlessInUse(old.Path);
        }

        return path;
    }

    /// <summary>The run's checkpoints, those with most steps first.</summary>
    public IReadOnlyList<Entry> Files() => Files(Folder);

    /// <summary>The newest checkpoint of each other run, with other settings or data, that has some in the workspace.</summary>
    public IReadOnlyList<string> OtherRuns()
    {
        var workspace = Path.GetDirectoryName(Folder)!;
        return !Directory.Exists(workspace) ? [] :
        [
            .. Directory.EnumerateDirectories(workspace)
                .Where(folder => folder != Folder)
                .Order(StringComparer.Ordinal)
                .SelectMany(folder => Files(folder).Take(1))
                .Select(file => file.Path),
        ];
    }

    private static IReadOnlyList<Entry> Files(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder)
            .Select(path => (Path: path, Match: Name().Match(Path.GetFileName(path))))
            .Where(file => file.Match.Success)
            .Select(file => new Entry(file.Path, long.Parse(file.Match.Groups["steps"].ValueSpan, CultureInfo.InvariantCulture)))
            .OrderByDescending(file => file.Steps),
    ];

    [GeneratedRegex(@"^checkpoint-(?<steps>[0-9]{12})\.plrs$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    /// <summary>A checkpoint's file, by its name.</summary>
    public readonly record struct Entry(string Path, long Steps);
}
