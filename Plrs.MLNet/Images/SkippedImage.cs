namespace Plrs.MLNet;

/// <summary>An image that could not be used and was left out.</summary>
public sealed record SkippedImage
{
    /// <summary>The data that it belongs to.</summary>
    public required ImageClassificationDataset DatasetUsed { get; init; }

    /// <summary>The number of its row in the data, from 0.</summary>
    public required long Row { get; init; }

    /// <summary>Why it was left out.</summary>
    public required string Reason { get; init; }
}
