
namespace Plrs.MLNet.Training;

/// <summary>
/// Tells an <see cref="ITrainingObserver"/> what happens. Figures that are read in the middle of something are kept until the step is done:
/// a user's code may throw.
/// </summary>
/// <param name="observer">The observer.</param>
/// <param name="monitor">What finds the signals, or <see langword="null"/>.</param>
internal sealed class OwnObserver(ITrainingObserver observer, InstabilityMonitor? monitor) : TrainingObserver
{
    private readonly Queue<StepMetrics> _steps = [];
    private int? _signals;

    public override void OnEpochStarting(EpochStarting starting)
    {
        if (_signals is null)
        {
            _signals = monitor?.Signals.Count ?? 0;
            observer.OnStarting(starting.Session.Settings.Epochs, starting.Session.State.StepsPerEpoch);
        }
    }

    public override void OnStepRead(in StepRead read) => _steps.Enqueue(read.Metrics);

    public override void OnStepDone(in StepDone done) => Tell();

    public override void OnEpochTrained(EpochTrained trained)
    {
        Tell();
        if (observer.MeasuresLastWeights && trained.LastWeights is { } metrics)
        {
            observer.OnLastWeights(metrics);
        }
    }

    public override void OnEpochDone(EpochDone done) => observer.OnEpoch(done.Train, done.Validation);

    public override void OnStopped(SessionStopped stopped) => Tell();

    public override void OnDiverged(SessionDiverged diverged) => Tell();

    public override void OnCompleted(SessionCompleted completed) => observer.OnEnded(completed.Cause.Reason, completed.Cause.Text);

    public override void OnFailed(SessionFailed failed) => observer.OnFailed(failed.Exception);

    public override void Dispose()
    {
        (observer as TensorBoardObserver)?.Dispose();
        base.Dispose();
    }

    private void Tell()
    {
        while (_steps.TryDequeue(out var metrics))
        {
            observer.OnStep(metrics);
        }

        for (var told = _signals ?? 0; told < monitor?.Signals.Count; told++)
        {
            _signals = told + 1;
            observer.OnInstability(monitor.Signals[told]);
        }
    }
}
