using Plrs.MLNet.RangeTest;

namespace Plrs.MLNet;

/// <summary>The losses of one sweep of a range test.</summary>
public sealed class RangeTestCurve
{
    internal RangeTestCurve(int seed, double[] rates, double[] losses, double[] smoothed, RangeReading reading)
    {
        Seed = seed;
        LearningRates = rates;
        Losses = losses;
        SmoothedLosses = smoothed;
        Reading = reading;
    }

    /// <summary>The seed of the sweep: of its order, its changes to the images and its random weights.</summary>
    public int Seed { get; }

    /// <summary>The learning rate of each step that was made, rising.</summary>
    public IReadOnlyList<double> LearningRates { get; }

    /// <summary>The loss of each step, before its update. The last is NaN or infinite where the sweep diverged to that.</summary>
    public IReadOnlyList<double> Losses { get; }

    /// <summary>The exponential mean of the losses up to each step, corrected for its start.</summary>
    public IReadOnlyList<double> SmoothedLosses { get; }

    /// <summary>Whether it shows a range.</summary>
    public bool IsUsable => Reading.Reason is null;

    /// <summary>Why it shows no usable range; <see langword="null"/> where it shows one.</summary>
    public string? Reason => Reading.Reason;

    /// <summary>L̄, the rate at which the smoothed loss has turned up; NaN without a usable range.</summary>
    public double TurningLearningRate => Reading.Turning;

    /// <summary>L_max by this sweep alone, a share of L̄ (see <see cref="PlrsBounds"/>); NaN without a usable range.</summary>
    public double MaximumLearningRate => Reading.Maximum;

    internal RangeReading Reading { get; }
}
