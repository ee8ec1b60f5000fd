namespace Plrs.MLNet.Training;

/// <summary>
/// Keeps the learning rates of the steps as they are made, those before a checkpoint included: a run may go on with another schedule, which
/// knows nothing of them. Of many steps it keeps every second, fourth and so on.
/// </summary>
internal sealed class RatesObserver : TrainingObserver
{
    /// <summary>The most learning rates that are kept.</summary>
    public const int MostRates = 200;

    private readonly List<double> _rates = new(MostRates + 1);
    private bool _isRead;

    public override string StateName => "Learning rates";

    public override bool IsStateOptional => true;

    /// <summary>
    /// The rates, from the first step of the run on. Empty where the steps before a checkpoint had another schedule, and the checkpoint is
    /// of version 1.0.0, which did not keep them.
    /// </summary>
    public IReadOnlyList<double> Rates => Interval == 0 ? [] : _rates;

    /// <summary>How many steps lie between one of the <see cref="Rates"/> and the next; 0 where they are not known.</summary>
    public long Interval { get; private set; } = 1;

    public override void WriteState(BinaryWriter writer)
    {
        writer.Write(Interval);
        writer.Write(_rates.Count);
        _rates.ForEach(writer.Write);
    }

    public override void ReadState(BinaryReader reader)
    {
        _isRead = true;
        _rates.Clear();
        Interval = reader.ReadInt64();
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            _rates.Add(reader.ReadDouble());
        }
    }

    public override void OnResumed(SessionResumed resumed)
    {
        if (_isRead)
        {
            return;
        }

        if (resumed.ScheduleDiffers)
        {
            Interval = 0;
            return;
        }

        var state = resumed.Session.State;
        for (var step = 0L; step < state.Steps; step += Interval)
        {
            Add(step, state.LearningRate(step));
        }
    }

    public override void OnStepDone(in StepDone done) => Add(done.Step.Index, done.LearningRate);

    private void Add(long step, double rate)
    {
        if (Interval == 0 || step % Interval != 0)
        {
            return;
        }

        _rates.Add(rate);
        if (_rates.Count > MostRates)
        {
            for (var i = 0; 2 * i < _rates.Count; i++)
            {
                _rates[i] = _rates[2 * i];
            }

            _rates.RemoveRange((_rates.Count + 1) / 2, _rates.Count / 2);
            Interval *= 2;
        }
    }
}
