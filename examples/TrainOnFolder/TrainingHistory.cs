using Plrs.MLNet.Training;

namespace TrainOnFolder;

/// <summary>Everything that the trainer reported, in its order.</summary>
internal sealed class TrainingHistory
{
    public List<StepMetrics> Steps { get; } = [];

    public List<ImageClassificationMetrics> Train { get; } = [];

    public List<ImageClassificationMetrics> Validation { get; } = [];
}
