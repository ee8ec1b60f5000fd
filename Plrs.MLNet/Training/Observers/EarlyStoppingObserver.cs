using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Training.Observers;

/// <summary>Stops a session that no longer improves, and gives its network the weights of the best epoch.</summary>
internal sealed class EarlyStoppingObserver(EarlyStopping criteria) : TrainingObserver
{
    private readonly EarlyStoppingMonitor _monitor = new(criteria);
    private WeightsSnapshot? _best;

    public override string StateName => "Early stopping";

    public override void WriteState(BinaryWriter writer)
    {
        _monitor.Write(writer);
        _best!.Write(writer);
    }

    public override void ReadState(BinaryReader reader)
    {
        _monitor.Read(reader);
        _best!.Read(reader);
    }

    public override void OnStarting(SessionStarting starting) => _best = new WeightsSnapshot(starting.Session.State.Network);

    public override void OnEpochStarting(EpochStarting starting)
    {
        if (_monitor.ShouldStop)
        {
            starting.Session.Stop($"early stopping, {Quantity.Of(criteria.Patience, "epoch")} in a row without improvement");
        }
    }

    public override void OnEpochDone(EpochDone done)
    {
        _monitor.Observe(done.Watched.Accuracy, done.Watched.CrossEntropy);
        if (_monitor.IsBest)
        {
            _best!.Take();
        }
    }

    public override void OnCompleting(SessionCompleting completing) => _best!.Restore();

    public override void Dispose()
    {
        _best?.Dispose();
        base.Dispose();
    }
}
