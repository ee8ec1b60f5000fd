using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Training;

/// <summary>The figures of one training step.</summary>
/// <param name="Step">The step's position in the run.</param>
/// <param name="LearningRate">The learning rate that the step used.</param>
/// <param name="BatchSize">The number of images in the batch; fewer in an epoch's last step than in the others, where they do not divide evenly: see <c>MinimumLastBatchSize</c>.</param>
/// <param name="CrossEntropy">The batch's mean cross-entropy in nats, before the update.</param>
/// <param name="Accuracy">The share of the batch classified correctly before the update, from 0 to 1.</param>
/// <param name="ImagesPerSecond">Images trained on per second of wall-clock time, this epoch so far.</param>
public readonly record struct StepMetrics(TrainingStep Step, double LearningRate, int BatchSize, float CrossEntropy, float Accuracy, double ImagesPerSecond);
