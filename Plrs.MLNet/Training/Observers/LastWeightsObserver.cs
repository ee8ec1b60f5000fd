namespace Plrs.MLNet.Training;

/// <summary>
/// Measures the weights that an epoch's last step has left on the validation images, for the observers after it. It comes before the
/// averaging, which gives the network other weights then.
/// </summary>
internal sealed class LastWeightsObserver : TrainingObserver
{
    private ValidationPass? _validation;

    public override void OnStarting(SessionStarting starting) =>
        _validation = starting.Session.Data.Validation is { } examples ? new ValidationPass(starting.Session, examples) : null;

    public override void OnEpochTrained(EpochTrained trained)
    {
        var figures = new EpochFigures();
        if (_validation?.Run(figures) == true)
        {
            var (epoch, learningRate) = (trained.Metrics.Epoch, trained.Metrics.LearningRate);
            trained.LastWeights = figures.ToMetrics(ImageClassificationDataset.Validation, epoch, learningRate);
        }
    }

    public override void Dispose()
    {
        _validation?.Dispose();
        base.Dispose();
    }
}
