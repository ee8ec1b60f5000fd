using Microsoft.ML.Runtime;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Training.Observers;

/// <summary>Reports a session to ML.NET's progress channel and to its log.</summary>
internal sealed class ProgressObserver(IHost host) : TrainingObserver
{
    private IProgressChannel? _progress;
    private IChannel? _log;

    public override void OnStarting(SessionStarting starting)
    {
        _progress = host.StartProgressChannel("Training");
        _log = host.Start("Training");
    }

    public override void OnEpochDone(EpochDone done)
    {
        var epochs = done.Session.State.Epoch;
        _progress!.SetHeader(
            new ProgressHeader(["Loss", "Accuracy"], ["epochs"]),
            entry => entry.SetProgress(0, epochs, done.Session.Settings.Epochs));
        _progress.Checkpoint(done.Train.CrossEntropy, done.Watched.Accuracy, epochs);
        _log!.Info(done.Train.ToString());
        if (done.Validation is { } validation)
        {
            _log.Info(validation.ToString());
        }
    }

    public override void OnCompleted(SessionCompleted completed) =>
        _log!.Info($"Training ended after {Quantity.Of(completed.Session.State.Steps, "step")}: {completed.Reason}.");

    public override void Dispose()
    {
        _log?.Dispose();
        _progress?.Dispose();
        base.Dispose();
    }
}
