
namespace Plrs.MLNet.Experiments.Training;

/// <summary>Everything that a training told, in its order.</summary>
internal sealed class TrainingHistory : ITrainingObserver
{
    public List<StepMetrics> Steps { get; } = [];

    public List<ImageClassificationMetrics> Train { get; } = [];

    public List<ImageClassificationMetrics> Validation { get; } = [];

    public void OnStep(StepMetrics metrics) => Steps.Add(metrics);

    public void OnEpoch(ImageClassificationMetrics training, ImageClassificationMetrics? validation)
    {
        Train.Add(training);
        if (validation is not null)
        {
            Validation.Add(validation);
        }
    }
}
