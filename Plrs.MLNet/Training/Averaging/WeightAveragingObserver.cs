using Plrs.MLNet.Torch;

namespace Plrs.MLNet.Training;

/// <summary>
/// Keeps an average of the weights. From an epoch's last step to the next epoch's first, and in the end, the network has the average: who
/// looks at it then, such as the validation and early stopping, sees no other. A checkpoint has both, and which of them the network has.
/// </summary>
/// <remarks>
/// It comes before those that keep or measure the network's weights. It is there also without an average, to let go of one that a
/// checkpoint has.
/// </remarks>
/// <param name="averaging">The averaging.</param>
internal sealed class WeightAveragingObserver(WeightAveraging averaging) : TrainingObserver
{
    // What a checkpoint has. Version 1.0.0 knew the first two.
    private const byte NoAverage = 0;
    private const byte WholeAverage = 1;
    private const byte AverageFromCheckpoint = 2;

    private TrainingState? _state;
    private AveragedWeights? _average;
    private NormsPass? _norms;
    private long _begin;

    public override string StateName => "Averaged weights";

    public override void WriteState(BinaryWriter writer)
    {
        writer.Write(_average is null ? NoAverage : _begin == 0 ? WholeAverage : AverageFromCheckpoint);
        if (_average is not null && _begin > 0)
        {
            writer.Write(_begin);
        }

        _average?.Write(writer);
    }

    public override void ReadState(BinaryReader reader)
    {
        var kind = reader.ReadByte();
        if (kind > AverageFromCheckpoint)
        {
            throw new FormatException($"it has averaged weights of the unknown kind {kind}");
        }

        if (kind == NoAverage)
        {
            BeginAtCheckpoint();
            return;
        }

        _begin = kind == AverageFromCheckpoint ? reader.ReadInt64() : 0;
        using var dropped = _average is null ? NewAverage() : null;
        (_average ?? dropped)!.Read(reader);
        dropped?.TakeOut();
    }

    public override void OnResumed(SessionResumed resumed)
    {
        if (resumed.AveragingDiffers)
        {
            BeginAtCheckpoint();
        }
    }

    public override void OnStarting(SessionStarting starting)
    {
        _state = starting.Session.State;
        _average = averaging.IsOn ? NewAverage() : null;
        _norms = averaging is { IsOn: true, UpdateBatchNorm: true } ? new NormsPass(starting.Session) : null;
    }

    public override void OnEpochStarting(EpochStarting starting)
    {
        _average?.TakeOut();
        if (_state!.Steps == 0)
        {
            // Something may have been made of the weights since the session started, such as a trained head.
            _average?.Restart();
        }
    }

    public override void OnStepDone(in StepDone done) => _average?.Follow(averaging.NewShare(done.Step, _begin));

    public override void OnEpochTrained(EpochTrained trained)
    {
        _average?.PutInPlace();
        _norms?.Run();
    }

    public override void OnCompleting(SessionCompleting completing) => _average?.PutInPlace();

    public override void Dispose()
    {
        _norms?.Dispose();
        _average?.Dispose();
        base.Dispose();
    }

    private AveragedWeights NewAverage() => AveragedWeights.OfGroups(_state!.Groups, _state.Network, _state.Infinite);

    // What came before was averaged in another way, or not at all: of it, the checkpoint's weights are known.
    private void BeginAtCheckpoint()
    {
        _average?.TakeOut();
        _average?.Restart();
        _begin = _state!.Steps - 1;
    }
}
