using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Training;

/// <summary>The figures of one training step.</summary>
public readonly record struct StepMetrics
{
    /// <summary>The step's position in the run.</summary>
    public required TrainingStep Step { get; init; }

    /// <summary>The learning rate that the step used.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The number of images in the batch; fewer in an epoch's last step than in the others, where they do not divide evenly: see <c>MinimumLastBatchSize</c>.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The batch's mean cross-entropy in nats, before the update; with the classes' weights, smoothed labels and mixup, where they are on.</summary>
    public required float CrossEntropy { get; init; }

    /// <summary>The share of the batch classified correctly before the update, from 0 to 1.</summary>
    public required float Accuracy { get; init; }

    /// <summary>Images trained on per second of wall-clock time, this epoch so far.</summary>
    public required double ImagesPerSecond { get; init; }
}
