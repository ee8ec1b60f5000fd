using System.Globalization;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Schedules;

/// <summary>
/// A linear warm-up of any schedule: the inner schedule's rate of step i times (i + 1)/N for the first N steps, and the inner rate
/// from then on. The inner schedule sees the same steps as without it.
/// </summary>
/// <remarks>
/// A random inner schedule without a seed gets the trainer's through this one. During the warm-up PLRS's rates lie below its L_min.
/// </remarks>
/// <example>
/// <code>
/// var schedule = WarmUpSchedule.ForEpochs(5, new PlrsSchedule(0.07, 0.1));
/// var bySteps = WarmUpSchedule.ForSteps(500, new ConstantSchedule(0.1)); // 0.0002, 0.0004, …, 0.1
/// </code>
/// </example>
public sealed record WarmUpSchedule : ISeededSchedule, IRunLengthSchedule
{
    // Exactly one of the two is not 0.
    private readonly long _steps;
    private readonly double _epochs;

    private WarmUpSchedule(ILearningRateSchedule inner, long steps, double epochs)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
        _steps = steps;
        _epochs = epochs;
    }

    /// <summary>The schedule that is warmed up.</summary>
    public ILearningRateSchedule Inner { get; private init; }

    /// <summary>The inner schedule's seed; <see langword="null"/> when it has none.</summary>
    public int? Seed => (Inner as ISeededSchedule)?.Seed;

    int? IPlannedSchedule.TotalEpochs => (Inner as IPlannedSchedule)?.TotalEpochs;

    double IPlannedSchedule.LastDecay => (Inner as IPlannedSchedule)?.LastDecay ?? 0;

    bool IRunLengthSchedule.TakesLengthOfRun => Inner.TakesLengthOfRun();

    /// <summary>Warms up for a number of steps.</summary>
    /// <param name="steps">N, the number of steps, at least 1; step N − 1 is the first with the inner schedule's full rate.</param>
    /// <param name="inner">The schedule to warm up.</param>
    /// <returns>The schedule with warm-up.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is less than 1.</exception>
    public static WarmUpSchedule ForSteps(int steps, ILearningRateSchedule inner) => new(inner, ArgumentChecks.AtLeast(1, steps), 0);

    /// <summary>Warms up for a number of epochs, which need not be whole: N is that number times the steps of an epoch.</summary>
    /// <param name="epochs">The number of epochs, greater than 0.</param>
    /// <param name="inner">The schedule to warm up.</param>
    /// <returns>The schedule with warm-up.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epochs"/> is not finite or not greater than 0.</exception>
    public static WarmUpSchedule ForEpochs(double epochs, ILearningRateSchedule inner) => new(inner, 0, ArgumentChecks.Positive(epochs));

    /// <inheritdoc/>
    public double GetLearningRate(TrainingStep step) => Inner.GetLearningRate(step) * ShareAt(step);

    /// <summary>The same warm-up of the inner schedule with this seed.</summary>
    /// <param name="seed">The seed of the inner schedule's draws.</param>
    /// <returns>The schedule that draws with <paramref name="seed"/>; this one, when the inner schedule draws nothing.</returns>
    public WarmUpSchedule WithSeed(int seed) => Inner is ISeededSchedule seeded ? this with { Inner = seeded.WithSeed(seed) } : this;

    ILearningRateSchedule ISeededSchedule.WithSeed(int seed) => WithSeed(seed);

    ILearningRateSchedule IRunLengthSchedule.WithTotalEpochs(int totalEpochs) => this with { Inner = Inner.WithLengthOfRun(totalEpochs) };

    /// <summary>What the inner schedule's rate is multiplied by: 1 after the warm-up.</summary>
    internal double ShareAt(TrainingStep step) =>
        Math.Min(1, _steps > 0 ? (step.Index + 1.0) / _steps : (step.EpochPosition + (1.0 / step.StepsPerEpoch)) / _epochs);

    /// <summary>For example "linear warm-up over 500 steps, then constant 0.1".</summary>
    /// <returns>The schedule in words.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"linear warm-up over {Length}, then {Inner}");

    private string Length => _steps > 0 ? Quantity.Of(_steps, "step") : Quantity.Of(_epochs, "epoch");
}
