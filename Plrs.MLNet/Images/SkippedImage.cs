namespace Plrs.MLNet.Images;

/// <summary>An image that could not be used and was left out.</summary>
/// <param name="DatasetUsed">The data that it belongs to.</param>
/// <param name="Row">The number of its row in the data, from 0.</param>
/// <param name="Reason">Why it was left out.</param>
public sealed record SkippedImage(ImageClassificationDataset DatasetUsed, long Row, string Reason);
