using System.Globalization;

namespace Plrs.MLNet;

/// <summary>The metrics of one epoch; the counterpart of ML.NET's <c>ImageClassificationTrainer.TrainMetrics</c>.</summary>
public sealed record ImageClassificationMetrics
{
    /// <summary>The data that the metrics were measured on.</summary>
    public required ImageClassificationDataset DatasetUsed { get; init; }

    /// <summary>The epoch, from 0.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of batches processed in the epoch.</summary>
    public required int BatchProcessedCount { get; init; }

    /// <summary>The share of images classified correctly, from 0 to 1.</summary>
    public required float Accuracy { get; init; }

    /// <summary>
    /// The mean cross-entropy in nats, at least 0; in training with the classes' weights, smoothed labels and mixup, where they are on.
    /// </summary>
    public required float CrossEntropy { get; init; }

    /// <summary>The learning rate of the epoch's last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Images processed per second of wall-clock time; 0 for an epoch that was resumed after its last step.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>
    /// The mean norm of the steps' gradients; <see langword="null"/> for the validation, and where it was not measured: see
    /// <see cref="InstabilitySignals"/>.
    /// </summary>
    public double? MeanGradientNorm { get; init; }

    /// <summary>The largest norm of a step's gradient; <see langword="null"/> for the validation, and where it was not measured.</summary>
    public double? LargestGradientNorm { get; init; }

    /// <summary>
    /// The median of the epoch's estimates of β, the loss's smoothness: see <see cref="StepMetrics.Smoothness"/>. <see langword="null"/>
    /// for the validation, and in an epoch without an estimate.
    /// </summary>
    public double? Smoothness { get; init; }

    /// <summary>The metrics in one line.</summary>
    /// <returns>The line, in the invariant culture.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Dataset used: {DatasetUsed}, Epoch: {Epoch}, Batches: {BatchProcessedCount}, Accuracy: " +
        $"{Accuracy:F4}, Cross-Entropy: {CrossEntropy:F4}, Learning Rate: {LearningRate:G6}, Images/s: {ImagesPerSecond:F0}");
}
