namespace Plrs.MLNet;

/// <summary>How good the head is that was trained before the first epoch on images.</summary>
public sealed record HeadTrained
{
    /// <summary>
    /// The metrics of the last epoch's steps, on the features of the training images; the epoch is that of the head's own training.
    /// </summary>
    public required ImageClassificationMetrics Training { get; init; }

    /// <summary>The metrics of the trained head on the validation images, or <see langword="null"/> without any.</summary>
    public required ImageClassificationMetrics? Validation { get; init; }

    /// <summary>The number of training images.</summary>
    public required int TrainingImages { get; init; }

    /// <summary>The number of validation images.</summary>
    public required int ValidationImages { get; init; }
}
