namespace Plrs.MLNet.Checkpoints;

/// <summary>When checkpoints are written, how many are kept, and from which one a run goes on.</summary>
internal sealed record CheckpointSettings
{
    /// <summary>After every so many epochs, or <see langword="null"/>.</summary>
    public int? EveryEpochs { get; init; }

    /// <summary>After the step at which this much time has passed since the last one, or <see langword="null"/>.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>The number of newest checkpoints that are kept.</summary>
    public int Kept { get; init; } = 1;

    /// <summary>The checkpoint to go on from, or <see langword="null"/> to start from the beginning.</summary>
    public CheckpointSource? ResumeFrom { get; init; }

    /// <summary>Whether any are written.</summary>
    public bool Writes => EveryEpochs is not null || Interval is not null;
}
