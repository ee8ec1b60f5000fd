using Plrs.MLNet.Experiments.Reports;

namespace Plrs.MLNet.Experiments.Training;

/// <summary>
/// What a training keeps in a folder that trainings with other settings share: its checkpoints, and the features that any of them may read.
/// </summary>
/// <param name="workspace">The folder.</param>
internal sealed class RunCheckpoints(string workspace) : ITrainingObserver
{
    // A run's checkpoints are in a folder of its own. Links are not followed further.
    private static readonly EnumerationOptions OneFolderDeep =
        new() { RecurseSubdirectories = true, MaxRecursionDepth = 1, AttributesToSkip = FileAttributes.None };

    private string? _own;

    private string Workspace => Path.GetFullPath(workspace);

    /// <summary>Whether the training has written a checkpoint, or gone on from one.</summary>
    public bool Exist => _own is not null;

    // The library names the run's own folder by a hash of its settings and data.
    public void OnResumed(TrainingCheckpoint checkpoint) => _own = Path.GetDirectoryName(checkpoint.Path);

    public void OnCheckpoint(TrainingCheckpoint checkpoint) => _own = Path.GetDirectoryName(checkpoint.Path);

    /// <summary>
    /// Removes the training's checkpoints, and what nobody needs any more: features when no training can go on, and folders that are empty.
    /// What cannot be removed stays.
    /// </summary>
    public void Remove()
    {
        try
        {
            RemoveFiles();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report.Problem($"The training's checkpoints in '{Workspace}' could not be removed: {e.Message}");
        }
    }

    private void RemoveFiles()
    {
        if (_own is not null && Directory.Exists(_own))
        {
            Directory.Delete(_own, recursive: true);
        }

        if (!Directory.Exists(Workspace))
        {
            return;
        }

        var features = Path.Combine(Workspace, "features");
        if (Directory.Exists(features) && !Directory.EnumerateFiles(Workspace, "checkpoint-*.plrs", OneFolderDeep).Any())
        {
            foreach (var file in Directory.GetFiles(features, "*.features").Order(StringComparer.Ordinal))
            {
                File.Delete(file);
            }
        }

        foreach (var folder in (string[])[features, Workspace])
        {
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
    }
}
