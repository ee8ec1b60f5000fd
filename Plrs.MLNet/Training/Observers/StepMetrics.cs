using Plrs.MLNet.Schedules;

namespace Plrs.MLNet;

/// <summary>The metrics of one training step.</summary>
public readonly record struct StepMetrics
{
    /// <summary>The step's position in the run.</summary>
    public required TrainingStep Step { get; init; }

    /// <summary>The learning rate that the step used.</summary>
    public required double LearningRate { get; init; }

    /// <summary>
    /// The number of images in the batch; fewer in an epoch's last step than in the others, where they do not divide evenly: see
    /// <see cref="StepOptions.MinimumLastBatchSize"/>.
    /// </summary>
    public required int BatchSize { get; init; }

    /// <summary>
    /// The batch's mean cross-entropy in nats, before the update; with the classes' weights, smoothed labels and mixup, where they are on.
    /// </summary>
    public required float CrossEntropy { get; init; }

    /// <summary>The share of the batch classified correctly before the update, from 0 to 1.</summary>
    public required float Accuracy { get; init; }

    /// <summary>Images trained on per second of wall-clock time, this epoch so far.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>
    /// The norm of the loss's gradient over all weights that were trained, before the update; <see langword="null"/> where it was not
    /// measured: see <see cref="InstabilitySignals"/>. Infinite or not a number where the gradient is.
    /// </summary>
    public float? GradientNorm { get; init; }

    /// <summary>
    /// An estimate of β, the smoothness of the loss: ‖∇f(x + d) − ∇f(x)‖/‖d‖, f being the loss of this step's batch alone, x the weights
    /// before the update, and d a short way against the gradient. It is a lower bound on the β of that f. Measured at few steps:
    /// <see langword="null"/> at the others, and where the gradient is zero.
    /// </summary>
    public float? Smoothness { get; init; }
}
