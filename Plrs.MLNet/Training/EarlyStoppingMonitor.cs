namespace Plrs.MLNet.Training;

/// <summary>Follows the watched figure over the epochs: which epoch was best, and whether to stop.</summary>
internal sealed class EarlyStoppingMonitor(EarlyStopping criteria)
{
    private readonly double _sign = criteria.Metric == EarlyStoppingMetric.Accuracy ? 1 : -1;

    // As in ML.NET's EarlyStopping, accuracy starts from 0: a first epoch below MinDelta does not count as an improvement.
    private double _reference = criteria.Metric == EarlyStoppingMetric.Accuracy ? 0 : double.NegativeInfinity;
    private double _best = double.NegativeInfinity;
    private int _wait;

    /// <summary>Whether the last epoch seen was the best so far.</summary>
    public bool IsBest { get; private set; }

    /// <summary>Whether training should stop.</summary>
    public bool ShouldStop => _wait >= criteria.Patience;

    public void Observe(double accuracy, double loss)
    {
        var value = _sign * (criteria.Metric == EarlyStoppingMetric.Accuracy ? accuracy : loss);
        IsBest = value > _best;
        if (IsBest)
        {
            _best = value;
        }

        // A loss that is not a number, or infinite from the start, compares as no improvement.
        if (value - _reference >= criteria.MinDelta)
        {
            _wait = 0;
            _reference = value;
        }
        else
        {
            _wait++;
        }
    }

    /// <summary>Writes what it has seen.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(_reference);
        writer.Write(_best);
        writer.Write(_wait);
    }

    /// <summary>Goes on from what another with the same criteria had seen.</summary>
    public void Read(BinaryReader reader)
    {
        _reference = reader.ReadDouble();
        _best = reader.ReadDouble();
        _wait = reader.ReadInt32();
    }
}
