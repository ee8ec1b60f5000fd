namespace Plrs.MLNet.RangeTest;

/// <summary>Takes the losses of a sweep as its steps are made, and says when it is over.</summary>
internal sealed class RangeTestSweep(PlrsRangeTestOptions options, int seed, double shareOfTurning)
{
    private readonly RampSchedule _ramp = RampSchedule.Of(options);
    private readonly List<double> _rates = [];
    private readonly List<double> _losses = [];
    private readonly List<double> _smoothed = [];
    private double _mean;
    private double _weight = 1;
    private double _best = double.PositiveInfinity;

    public int Seed => seed;

    /// <summary>Whether there is no step left to make.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The rate of the next step.</summary>
    public double NextRate => _ramp.GetLearningRate(_rates.Count);

    /// <summary>Takes a step's loss, that before its update.</summary>
    public void Add(double loss)
    {
        if (IsDone)
        {
            return;
        }

        // The mean starts at 0; what it lacks for that is its bias, which is known.
        _mean = (options.Smoothing * _mean) + ((1 - options.Smoothing) * loss);
        _weight *= options.Smoothing;
        var smoothed = _mean / (1 - _weight);
        _rates.Add(NextRate);
        _losses.Add(loss);
        _smoothed.Add(smoothed);
        IsDone = !double.IsFinite(smoothed) || _losses.Count == options.Steps;
        if (_losses.Count < options.Window)
        {
            return; // A mean of few losses scatters too much to say anything.
        }

        _best = Math.Min(_best, smoothed);
        IsDone |= smoothed > _smoothed[options.Window - 1] && smoothed > _best + ((options.DivergenceFactor - 1) * Math.Abs(_best));
    }

    /// <summary>The curve so far, with what it says.</summary>
    public RangeTestCurve ToCurve() =>
        new(seed, [.. _rates], [.. _losses], [.. _smoothed], RangeReading.Of(_rates, _losses, _smoothed, options, shareOfTurning));
}
