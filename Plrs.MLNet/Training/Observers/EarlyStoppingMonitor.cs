namespace Plrs.MLNet.Training;

/// <summary>Follows the watched figure over the epochs: which epoch was best, and whether to stop.</summary>
internal sealed class EarlyStoppingMonitor(EarlyStopping criteria)
{
    private readonly double _sign = criteria.Metric == EarlyStoppingMetric.Accuracy ? 1 : -1;

    // As in ML.NET's EarlyStopping, accuracy starts from 0: a first epoch below MinDelta does not count as an improvement.
    private double _reference = criteria.Metric == EarlyStoppingMetric.Accuracy ? 0 : double.NegativeInfinity;
    private double _best = double.NegativeInfinity;
    private double _bestLoss = double.PositiveInfinity;
    private int _wait;

    /// <summary>Whether the last epoch seen was the best so far.</summary>
    public bool IsBest { get; private set; }

    /// <summary>Whether training should stop.</summary>
    public bool ShouldStop => _wait >= criteria.Patience;

    /// <summary>Takes in an epoch's figures.</summary>
    /// <param name="accuracy">The share of images classified correctly.</param>
    /// <param name="loss">The mean cross-entropy; it decides between epochs of equal accuracy, of which few images make many.</param>
    /// <param name="counts">Whether the epoch counts when it brings no improvement.</param>
    public void Observe(double accuracy, double loss, bool counts = true)
    {
        var value = _sign * (criteria.Metric == EarlyStoppingMetric.Accuracy ? accuracy : loss);
        IsBest = value > _best || (value.Equals(_best) && loss < _bestLoss);
        if (IsBest)
        {
            _best = value;
            _bestLoss = double.IsNaN(loss) ? double.PositiveInfinity : loss;
        }

        // A loss that is not a number, or infinite from the start, compares as no improvement.
        if (value - _reference >= criteria.MinDelta)
        {
            _wait = 0;
            _reference = value;
        }
        else if (counts)
        {
            _wait++;
        }
    }

    /// <summary>Writes what it has seen.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(_reference);
        writer.Write(_best);
        writer.Write(_bestLoss);
        writer.Write(_wait);
    }

    /// <summary>Goes on from what another with the same criteria had seen.</summary>
    public void Read(BinaryReader reader)
    {
        _reference = reader.ReadDouble();
        _best = reader.ReadDouble();
        _bestLoss = reader.ReadDouble();
        _wait = reader.ReadInt32();
    }
}
