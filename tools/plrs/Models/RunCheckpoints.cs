using System.Text.RegularExpressions;
using Microsoft.ML;

namespace PlrsTool.Models;

/// <summary>What a training keeps in a folder that trainings with other settings share: its checkpoints, and the features that any of them may read.</summary>
internal sealed partial class RunCheckpoints
{
    private readonly string _workspace;
    private string? _own;

    /// <param name="mlContext">The training's.</param>
    /// <param name="workspace">The folder.</param>
    public RunCheckpoints(MLContext mlContext, string workspace)
    {
        _workspace = Path.GetFullPath(workspace);

        // The library names the run's own folder by a hash of its settings and data, and tells of it in the log alone.
        mlContext.Log += (_, e) =>
        {
            if (Checkpoint().Match(e.RawMessage) is { Success: true } checkpoint)
            {
                _own = Path.GetDirectoryName(checkpoint.Groups["path"].Value);
            }
        };
    }

    /// <summary>Removes the training's checkpoints, and what nobody needs any more: features when no training can go on, and folders that are empty.</summary>
    public void Remove()
    {
        if (_own is not null && Directory.Exists(_own))
        {
            Directory.Delete(_own, recursive: true);
        }

        if (!Directory.Exists(_workspace))
        {
            return;
        }

        var features = Path.Combine(_workspace, "features");
        if (Directory.Exists(features) && !Directory.EnumerateFiles(_workspace, "checkpoint-*.plrs", SearchOption.AllDirectories).Any())
        {
            foreach (var file in Directory.EnumerateFiles(features, "*.features"))
            {
                File.Delete(file);
            }
        }

        foreach (var folder in (string[])[features, _workspace])
        {
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
    }

    [GeneratedRegex(@"^(Checkpoint after [^']*|Resumed from )'(?<path>.+\.plrs)'[.:]", RegexOptions.CultureInvariant)]
    private static partial Regex Checkpoint();
}
