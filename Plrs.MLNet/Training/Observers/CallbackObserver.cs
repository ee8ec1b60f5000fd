namespace Plrs.MLNet.Training;

/// <summary>Hands the metrics of an epoch to a user's code, as ML.NET's trainers do.</summary>
/// <param name="metrics">Called after each epoch with the metrics of the training and then with those of the validation.</param>
/// <param name="reportsTraining">Whether the metrics of the training are reported.</param>
internal sealed class CallbackObserver(Action<ImageClassificationMetrics> metrics, bool reportsTraining) : TrainingObserver
{
    public override void OnEpochTrained(EpochTrained trained)
    {
        if (reportsTraining)
        {
            metrics(trained.Metrics);
        }
    }

    public override void OnEpochDone(EpochDone done)
    {
        if (done.Validation is { } validation)
        {
            metrics(validation);
        }
    }
}
