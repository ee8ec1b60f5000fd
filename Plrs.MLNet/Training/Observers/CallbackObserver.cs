namespace Plrs.MLNet.Training.Observers;

/// <summary>Hands the figures to a user's code.</summary>
/// <param name="step">Called after each step, or <see langword="null"/>.</param>
/// <param name="metrics">Called after each epoch with the figures of the training and then with those of the validation, or <see langword="null"/>.</param>
/// <param name="reportsTraining">Whether the figures of the training are reported.</param>
internal sealed class CallbackObserver(Action<StepMetrics>? step, Action<ImageClassificationMetrics>? metrics, bool reportsTraining) : TrainingObserver
{
    public override void OnStepDone(in StepDone done) => step?.Invoke(done.ReadMetrics());

    public override void OnEpochTrained(EpochTrained trained)
    {
        if (reportsTraining)
        {
            metrics?.Invoke(trained.Metrics);
        }
    }

    public override void OnEpochDone(EpochDone done)
    {
        if (done.Validation is { } validation)
        {
            metrics?.Invoke(validation);
        }
    }
}
