using System.Globalization;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Schedules;

/// <summary>
/// Cosine annealing with warm restarts (Loshchilov and Hutter, 2017): η = L_min + ½(L_max − L_min)(1 + cos(π·t/T)), where t are the
/// epochs since the last restart, with their fraction, and T is the length of the current interval.
/// </summary>
/// <remarks>
/// The paper's settings (App. F) are the defaults: a first interval of 1 epoch, twice as long after each restart, down to 10⁻⁴.
/// </remarks>
/// <example>
/// <code>
/// // Restarts at epochs 1, 3, 7, 15, …
/// var schedule = new CosineWarmRestartsSchedule(minimumLearningRate: 0.0001, maximumLearningRate: 0.1);
/// </code>
/// </example>
public sealed record CosineWarmRestartsSchedule : ILearningRateSchedule
{
    /// <summary>Anneals from the maximum to the minimum, again and again.</summary>
    /// <param name="minimumLearningRate">L_min, the rate an interval ends with, at least 0; 10⁻⁴ is usual.</param>
    /// <param name="maximumLearningRate">L_max, the rate at a restart, greater than <paramref name="minimumLearningRate"/>.</param>
    /// <param name="firstInterval">The epochs before the first restart, at least 1; 1 by default.</param>
    /// <param name="intervalFactor">What the interval is multiplied by after a restart, at least 1; 2 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public CosineWarmRestartsSchedule(
        double minimumLearningRate, double maximumLearningRate, int firstInterval = 1, int intervalFactor = 2)
    {
        MinimumLearningRate = ArgumentChecks.NotNegative(minimumLearningRate);
        MaximumLearningRate = ArgumentChecks.Above(minimumLearningRate, maximumLearningRate);
        FirstInterval = ArgumentChecks.AtLeast(1, firstInterval);
        IntervalFactor = ArgumentChecks.AtLeast(1, intervalFactor);
    }

    /// <summary>L_max, the rate at a restart.</summary>
    public double MaximumLearningRate { get; }

    /// <summary>L_min, the rate an interval ends with.</summary>
    public double MinimumLearningRate { get; }

    /// <summary>The epochs before the first restart.</summary>
    public int FirstInterval { get; }

    /// <summary>What the interval is multiplied by after a restart.</summary>
    public int IntervalFactor { get; }

    /// <inheritdoc/>
    public double GetLearningRate(TrainingStep step)
    {
        // Whole epochs are counted in whole numbers, so that no restart is missed by rounding.
        long interval = FirstInterval;
        var epoch = Math.Min(step.Epoch, int.MaxValue);
        if (IntervalFactor == 1)
        {
            epoch %= interval;
        }
        else
        {
            for (; epoch >= interval; interval *= IntervalFactor)
            {
                epoch -= interval;
            }
        }

        var done = (epoch + ((double)step.StepInEpoch / step.StepsPerEpoch)) / interval;
        return MinimumLearningRate + ((MaximumLearningRate - MinimumLearningRate) * (1 + Math.Cos(Math.PI * done)) / 2);
    }

    /// <summary>For example "cosine with warm restarts, 0.1 to 0.0001, first interval 1 epoch, ×2".</summary>
    /// <returns>The schedule in words.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"cosine with warm restarts, {MaximumLearningRate} to {MinimumLearningRate}, " +
        $"first interval {Quantity.Of(FirstInterval, "epoch")}, ×{IntervalFactor}");
}
