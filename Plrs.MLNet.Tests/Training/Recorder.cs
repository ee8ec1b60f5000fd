using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training;

/// <summary>Writes down what it is told.</summary>
/// <param name="name">Its name in what it writes.</param>
/// <param name="told">Where it writes, together with others.</param>
internal sealed class Recorder(string name, List<string> told) : TrainingObserver
{
    /// <summary>Called with each event in words, before it is written down.</summary>
    public Action<string, TrainingSession>? On { get; init; }

    public override void OnStarting(SessionStarting starting) => Tell("starting", starting.Session);

    public override void OnEpochStarting(EpochStarting starting) => Tell($"epoch {starting.Epoch} starting", starting.Session);

    public override void OnBatchStarting(in BatchStarting starting) => Tell($"{starting.Dataset} batch", starting.Session);

    public override void OnStepDone(in StepDone done) => Tell($"step {done.Step.Index} done", done.Session);

    public override void OnEpochTrained(EpochTrained trained) => Tell($"epoch {trained.Metrics.Epoch} trained", trained.Session);

    public override void OnEpochDone(EpochDone done) =>
        Tell($"epoch {done.Train.Epoch} done, {done.Session.State.Epoch} in all", done.Session);

    public override void OnStopped(SessionStopped stopped) => Tell($"stopped: {stopped.Cause.Text}", stopped.Session);

    public override void OnDiverged(SessionDiverged diverged) => Tell($"diverged: {diverged.ModelOfEpoch}", diverged.Session);

    public override void OnCompleting(SessionCompleting completing) => Tell("completing", completing.Session);

    public override void OnCompleted(SessionCompleted completed) => Tell($"completed: {completed.Cause.Text}", completed.Session);

    public override void OnFailed(SessionFailed failed) => Tell($"failed: {failed.Exception.Message}", failed.Session);

    public override void Dispose()
    {
        told.Add($"{name}: disposed");
        base.Dispose();
    }

    private void Tell(string what, TrainingSession session)
    {
        told.Add($"{name}: {what}");
        On?.Invoke(what, session);
    }
}
