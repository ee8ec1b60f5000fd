using Plrs.MLNet.Common;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Training;

/// <summary>Stops a session that no longer improves, and gives its network the weights of the best epoch.</summary>
/// <param name="criteria">When to stop.</param>
/// <param name="onDivergence">Whether the network of a session that diverges gets these weights, too.</param>
internal sealed class EarlyStoppingObserver(EarlyStopping criteria, DivergenceAction onDivergence = DivergenceAction.Throw)
    : TrainingObserver
{
    private readonly EarlyStoppingMonitor _monitor = new(criteria);
    private WeightsSnapshot? _best;
    private int _bestEpoch;

    public override string StateName => "Early stopping";

    public override void WriteState(BinaryWriter writer)
    {
        _monitor.Write(writer);
        _best!.Write(writer);
        writer.Write(_bestEpoch);
    }

    public override void ReadState(BinaryReader reader)
    {
        _monitor.Read(reader);
        _best!.Read(reader);
        _bestEpoch = reader.ReadInt32();
    }

    public override void OnStarting(SessionStarting starting) => _best = new WeightsSnapshot(starting.Session.State.Network);

    public override void OnEpochStarting(EpochStarting starting)
    {
        if (_monitor.ShouldStop)
        {
            var text = $"early stopping, {Quantity.Of(criteria.Patience, "epoch")} in a row without improvement";
            starting.Session.Stop(new StopCause(StopReason.EarlyStopping, text));
        }
    }

    public override void OnEpochDone(EpochDone done)
    {
        var startFromEpoch = criteria.StartFromEpoch ?? done.Session.Settings.Schedule.LastDecayEpoch();
        _monitor.Observe(done.Watched.Accuracy, done.Watched.CrossEntropy, counts: done.Watched.Epoch >= startFromEpoch);
        if (_monitor.IsBest)
        {
            _best!.Take();
            _bestEpoch = done.Watched.Epoch;
        }
    }

    public override void OnDiverged(SessionDiverged diverged)
    {
        if (onDivergence == DivergenceAction.ReturnBest && _best!.IsTaken)
        {
            diverged.ModelOfEpoch = _bestEpoch;
        }
    }

    public override void OnFailed(SessionFailed failed)
    {
        if (failed.Exception is TrainingDivergedException)
        {
            failed.Add(_best!.IsTaken
                ? $"The best epoch was {_bestEpoch}; " +
                    $"with Stopping.OnDivergence set to {nameof(DivergenceAction.ReturnBest)}, Fit returns its model."
                : "No epoch was done, so there is no model to return.");
        }
    }

    public override void OnCompleting(SessionCompleting completing) => _best!.Restore();

    public override void Dispose()
    {
        _best?.Dispose();
        base.Dispose();
    }
}
