
namespace Plrs.MLNet.Training;

/// <summary>
/// Tells an <see cref="ITrainingObserver"/> what happens. Figures that are read in the middle of something are kept until the step is done:
/// a user's code may throw.
/// </summary>
/// <param name="observer">The observer.</param>
/// <param name="monitor">What finds the signals, or <see langword="null"/>.</param>
/// <param name="warn">Where a warning goes.</param>
internal sealed class OwnObserver(ITrainingObserver observer, InstabilityMonitor? monitor, Action<string> warn) : TrainingObserver
{
    private readonly Queue<StepMetrics> _steps = [];
    private int? _signals;

    public override void OnEpochStarting(EpochStarting starting) => Start(starting.Session);

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

    public override void OnStopped(SessionStopped stopped)
    {
        // A run that is resumed from its end has no epoch left to start.
        Start(stopped.Session);
        Tell();
    }

    public override void OnDiverged(SessionDiverged diverged) => Tell();

    public override void OnCompleted(SessionCompleted completed) => observer.OnEnded(completed.Cause.Reason, completed.Cause.Text);

    /// <summary>What the observer throws now must not hide what ended the training, nor keep others from being told.</summary>
    public override void OnFailed(SessionFailed failed)
    {
        try
        {
            observer.OnFailed(failed.Exception);
        }
        catch (Exception e)
        {
            warn($"The observer {observer.GetType().Name} threw in OnFailed: {e.Message}");
        }
    }

    public override void Dispose()
    {
        (observer as TensorBoardObserver)?.Dispose();
        base.Dispose();
    }

    private void Start(TrainingSession session)
    {
        if (_signals is null)
        {
            _signals = monitor?.Signals.Count ?? 0;
            observer.OnStarting(session.Settings.Epochs, session.State.StepsPerEpoch);
        }
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
