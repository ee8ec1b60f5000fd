namespace Plrs.MLNet;

/// <summary>Which checkpoint a run continues from: see <c>TorchImageClassificationTrainer.Options.ResumeFrom</c>.</summary>
public sealed class CheckpointSource
{
    private CheckpointSource(string? path, bool scheduleMayDiffer = false)
    {
        Path = path;
        ScheduleMayDiffer = scheduleMayDiffer;
    }

    /// <summary>
    /// The newest checkpoint of this run in the workspace that can be used. Damaged ones are passed over, and the log says why;
    /// where there is none of this run, training starts from the beginning. A program with this setting can be restarted as it is,
    /// however often it was interrupted.
    /// </summary>
    public static CheckpointSource Newest { get; } = new(path: null);

    /// <summary>The file; <see langword="null"/> for <see cref="Newest"/>.</summary>
    internal string? Path { get; }

    /// <summary>Whether the run's schedule may be another than the checkpoint's.</summary>
    internal bool ScheduleMayDiffer { get; }

    /// <summary>One checkpoint and no other: a run that cannot use it fails.</summary>
    /// <param name="path">The path of the checkpoint's file.</param>
    /// <param name="scheduleMayDiffer">
    /// Whether the run's schedule may be another than the checkpoint's on purpose, to continue with lower rates after a divergence, for
    /// example; the log names both. With it, the averaging of the weights may be another: an average is let go of, or begins there. It is
    /// asked for the steps after the checkpoint, with their numbers in the whole run. All other settings must be equal. Default
    /// <see langword="false"/>.
    /// </param>
    /// <returns>The source.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null, empty or white space.</exception>
    public static CheckpointSource File(string path, bool scheduleMayDiffer = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new CheckpointSource(path, scheduleMayDiffer);
    }

    /// <summary>For example "the newest checkpoint in the workspace".</summary>
    /// <returns>The source in words.</returns>
    public override string ToString() => Path is null ? "the newest checkpoint in the workspace" : $"the checkpoint '{Path}'";
}
