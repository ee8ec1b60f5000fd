namespace Plrs.MLNet;

/// <summary>When checkpoints are written, how many are kept, and from which one a run resumes.</summary>
/// <example>
/// <code>
/// options.WorkspacePath = "workspace";
/// options.Checkpoints.EveryEpochs = 1;
/// options.Checkpoints.ResumeFrom = CheckpointSource.Newest;
/// </code>
/// </example>
public sealed class CheckpointOptions
{
    /// <summary>
    /// Write a checkpoint to the <see cref="TorchImageClassificationTrainer.Options.WorkspacePath"/> after every so many epochs, at least
    /// 1. Default <see langword="null"/>: none. With this or <see cref="Interval"/>, one is also written when training ends, is stopped or
    /// cancelled, or fails between two steps.
    /// </summary>
    public int? EveryEpochs { get; set; }

    /// <summary>
    /// Write a checkpoint to the <see cref="TorchImageClassificationTrainer.Options.WorkspacePath"/> after the step at which this much
    /// wall-clock time has passed since the last one: more than zero. Default <see langword="null"/>: none.
    /// </summary>
    public TimeSpan? Interval { get; set; }

    /// <summary>The number of newest checkpoints of a run that are kept, at least 1. Default 3.</summary>
    public int Kept { get; set; } = 3;

    /// <summary>
    /// The checkpoint to resume from. On the CPU, the result is equal to the last bit to that of an uninterrupted run; on a CUDA GPU this
    /// is asked for and has not been tried. The <see cref="Microsoft.ML.MLContext"/> needs a seed, the same as before. Settings and data
    /// must be those of the checkpoint's run; <see cref="TorchImageClassificationTrainer.Options.Epoch"/> may be greater. Default
    /// <see langword="null"/>: start from the beginning.
    /// </summary>
    public CheckpointSource? ResumeFrom { get; set; }

    /// <summary>Whether any are written.</summary>
    internal bool Writes => EveryEpochs is not null || Interval is not null;

    internal CheckpointOptions Clone() => (CheckpointOptions)MemberwiseClone();
}
