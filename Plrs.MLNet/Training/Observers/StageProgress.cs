namespace Plrs.MLNet;

/// <summary>How far a stage has come that is before the steps on images.</summary>
public sealed record StageProgress
{
    /// <summary>The stage.</summary>
    public required TrainingStage Stage { get; init; }

    /// <summary>How many of the stage's images, steps or epochs are done, at least 0; 0 when it begins.</summary>
    public required long Done { get; init; }

    /// <summary>
    /// How many there are, or at most in a range test; <see langword="null"/> if the data do not tell their number of rows beforehand.
    /// </summary>
    public required long? All { get; init; }
}
