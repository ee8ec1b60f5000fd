namespace Plrs.MLNet;

/// <summary>A checkpoint that a training has written, or resumes from.</summary>
public sealed record TrainingCheckpoint
{
    /// <summary>The path of its file.</summary>
    public required string Path { get; init; }

    /// <summary>The number of steps that are done.</summary>
    public required long Steps { get; init; }

    /// <summary>The number of epochs that are done.</summary>
    public required int Epochs { get; init; }
}
