using Plrs.MLNet.Schedules;
using TensorDecomposition;

namespace Plrs.MLNet.Theory;

/// <summary>
/// SGD on a function, x ← x − η·(∇f(x) + n), with the rates of a schedule, and noise n of mean 0 and E‖n‖² = σ² that is normal and the same
/// in all directions.
/// </summary>
internal sealed class Walk
{
    private readonly TestFunction _function;
    private readonly ILearningRateSchedule _schedule;
    private readonly RandomNumbers _noise;
    private readonly double _deviation;

    /// <summary>Starts a walk.</summary>
    /// <param name="function">f.</param>
    /// <param name="schedule">The rates.</param>
    /// <param name="sigma">σ.</param>
    /// <param name="seed">The seed of the noise.</param>
    /// <param name="start">Where it starts; it is copied.</param>
    public Walk(TestFunction function, ILearningRateSchedule schedule, double sigma, int seed, double[] start)
    {
        (_function, _schedule, _noise) = (function, schedule, new RandomNumbers(seed, stream: 0));
        _deviation = sigma / Math.Sqrt(function.Dimension);
        X = [.. start];
    }

    public double[] X { get; }

    /// <summary>The number of steps that were made.</summary>
    public int Steps { get; private set; }

    public double Value => _function.Value(X);

    /// <summary>‖x‖².</summary>
    public double SquaredDistance => X.Sum(entry => entry * entry);

    public void Step()
    {
        var rate = _schedule.GetLearningRate(new TrainingStep(Steps++, stepsPerEpoch: 1));
        for (var i = 0; i < X.Length; i++)
        {
            // Without noise none is added, not a product with 0, so that an entry of 0 stays.
            var noise = _deviation > 0 ? _deviation * _noise.Normal() : 0;
            X[i] -= rate * (_function.Slope(i, X) + noise);
        }
    }
}
