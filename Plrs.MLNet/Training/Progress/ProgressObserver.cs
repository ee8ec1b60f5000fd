using Microsoft.ML.Runtime;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Training;

/// <summary>Reports a session to ML.NET's progress channel and to its log.</summary>
/// <param name="host">For both.</param>
/// <param name="name">What the channel, and the messages' source, are called.</param>
internal sealed class ProgressObserver(IHost host, string name = "Training") : TrainingObserver
{
    private IProgressChannel? _progress;
    private IChannel? _log;

    public override void OnStarting(SessionStarting starting)
    {
        _progress = host.StartProgressChannel(name);
        _log = host.Start(name);
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

    public override void OnDiverged(SessionDiverged diverged)
    {
        if (diverged.ModelOfEpoch is { } epoch)
        {
            _log!.Warning($"{diverged.Exception.Message} The model is that of the best epoch, {epoch}.");
        }
    }

    public override void OnCompleted(SessionCompleted completed) =>
        _log!.Info($"Training ended after {Quantity.Of(completed.Session.State.Steps, "step")}: {completed.Cause.Text}.");

    public override void Dispose()
    {
        _log?.Dispose();
        _progress?.Dispose();
        base.Dispose();
    }
}
