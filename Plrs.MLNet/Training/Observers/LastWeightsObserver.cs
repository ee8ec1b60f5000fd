using Plrs.MLNet.Images;

namespace Plrs.MLNet.Training.Observers;

/// <summary>
/// Measures the weights that an epoch's last step has left on the validation images, and hands the figures to a user's code. It comes before the averaging, which gives the
/// network other weights then.
/// </summary>
internal sealed class LastWeightsObserver(Action<ImageClassificationMetrics> report) : TrainingObserver
{
    private ValidationPass? _validation;

    public override void OnStarting(SessionStarting starting) =>
        _validation = starting.Session.Data.Validation is { } examples ? new ValidationPass(starting.Session, examples) : null;

    public override void OnEpochTrained(EpochTrained trained)
    {
        var figures = new EpochFigures();
        if (_validation?.Run(figures) == true)
        {
            report(figures.ToMetrics(ImageClassificationDataset.Validation, trained.Metrics.Epoch, trained.Metrics.LearningRate));
        }
    }

    public override void Dispose()
    {
        _validation?.Dispose();
        base.Dispose();
    }
}
