using System.Globalization;
using Plrs.MLNet.Common;
using Plrs.MLNet.Randomness;

namespace Plrs.MLNet.Schedules;

/// <summary>
/// The probabilistic learning rate scheduler (PLRS, arXiv 2407.07613): the rate of every step is drawn independently and uniformly, η ~
/// U[L_min, L_max], with 0 &lt; L_min &lt; L_max. Beyond the paper, it can draw by another <see cref="Distribution"/>, its bounds can
/// follow an <see cref="Envelope"/>, and it can draw <see cref="Around"/> any other schedule.
/// </summary>
/// <remarks>
/// The mean is η_c = (L_min + L_max)/2, the variance (L_max − L_min)²/12. A draw depends on the seed and the number of the step
/// alone. No draw leaves the bounds, also when it is rounded to single precision, as long as one single-precision number lies
/// between them. L_max is best set just below the rate at which a range test's loss rises sharply. The paper's bounds: 0.07 and 0.1
/// for CIFAR-10 (VGG-16, WRN-28-10) and for CIFAR-100 with ResNet-110, 0.1 and 0.2 for CIFAR-100 with DenseNet-40-12, 0.35 and 0.4
/// for Tiny ImageNet with ResNet-50, all with plain SGD.
/// </remarks>
/// <example>
/// <code>
/// var schedule = new PlrsSchedule(minimumLearningRate: 0.07, maximumLearningRate: 0.1, seed: 1);
/// double rate = schedule.GetLearningRate(new TrainingStep(index: 1000, stepsPerEpoch: 391));
/// </code>
/// </example>
public sealed record PlrsSchedule : ISeededSchedule, IRunLengthSchedule
{
    private readonly double _lowest;
    private readonly double _highest;

    /// <summary>Draws from U[<paramref name="minimumLearningRate"/>, <paramref name="maximumLearningRate"/>].</summary>
    /// <param name="minimumLearningRate">L_min, greater than 0.</param>
    /// <param name="maximumLearningRate">L_max, greater than L_min.</param>
    /// <param name="seed">
    /// The seed of the draws, any number; <see langword="null"/> (the default) takes that of the trainer, and is 0 without one.
    /// </param>
    /// <param name="redraw">How often to draw anew; at every step by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite or not in its range.</exception>
    public PlrsSchedule(double minimumLearningRate, double maximumLearningRate, int? seed = null, RedrawInterval redraw = default)
    {
        MinimumLearningRate = ArgumentChecks.Positive(minimumLearningRate);
        MaximumLearningRate = ArgumentChecks.Above(minimumLearningRate, maximumLearningRate);
        Seed = seed;
        Redraw = redraw;
        (_lowest, _highest) = BoundsSafeInSinglePrecision(minimumLearningRate, maximumLearningRate);
    }

    /// <summary>L_min, the lower end of the interval the rates are drawn from.</summary>
    public double MinimumLearningRate { get; }

    /// <summary>L_max, the upper end of the interval the rates are drawn from.</summary>
    public double MaximumLearningRate { get; }

    /// <summary>How a rate is drawn between the bounds. Default <see cref="LearningRateDistribution.Uniform"/>, as in the paper.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public LearningRateDistribution Distribution
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Distribution));
            field = value;
        }
    } = LearningRateDistribution.Uniform;

    /// <summary>
    /// What the drawn rate is multiplied by, and so both bounds, at every step: usually a decay from 1, such as
    /// <c>DecaySchedule.Cosine(1, finalLearningRate: 0.01)</c>. Default <see langword="null"/>: nothing, as in the paper.
    /// </summary>
    /// <remarks>
    /// One that draws, such as another <see cref="PlrsSchedule"/>, has draws of its own, and without a seed it gets that of this schedule.
    /// </remarks>
    public ILearningRateSchedule? Envelope
    {
        get;
        init => field = Seed is { } seed ? value?.WithDefaultSeed(seed) : value;
    }

    /// <inheritdoc/>
    public int? Seed { get; private init; }

    /// <summary>How often the rate is drawn anew.</summary>
    public RedrawInterval Redraw { get; }

    int? IPlannedSchedule.TotalEpochs => (Envelope as IPlannedSchedule)?.TotalEpochs;

    double IPlannedSchedule.LastDecay => (Envelope as IPlannedSchedule)?.LastDecay ?? 0;

    bool IRunLengthSchedule.TakesLengthOfRun => Envelope.TakesLengthOfRun();

    /// <summary>
    /// Draws around another schedule's rates: η = c·z with z ~ U[1 − w, 1 + w], c being the rate that it gives for the step.
    /// </summary>
    /// <param name="center">The schedule in the middle of the bounds.</param>
    /// <param name="relativeWidth">
    /// w, how far the bounds lie from the middle, as a share of it: greater than 0 and less than 1. U[0.07, 0.1] has 0.176.
    /// </param>
    /// <param name="seed">
    /// The seed of the draws, any number; <see langword="null"/> (the default) takes that of the trainer, and is 0 without one.
    /// </param>
    /// <param name="redraw">How often to draw anew; at every step by default.</param>
    /// <returns>The schedule: the <paramref name="center"/> is its <see cref="Envelope"/>, and its bounds are relative to it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="relativeWidth"/> is not in its range.</exception>
    public static PlrsSchedule Around(ILearningRateSchedule center, double relativeWidth, int? seed = null, RedrawInterval redraw = default)
    {
        ArgumentNullException.ThrowIfNull(center);
        return relativeWidth is > 0 and < 1
            ? new PlrsSchedule(1 - relativeWidth, 1 + relativeWidth, seed, redraw) { Envelope = center }
            : throw ArgumentChecks.Refused(nameof(relativeWidth), relativeWidth, "greater than 0 and less than 1");
    }

    /// <inheritdoc/>
    public double GetLearningRate(TrainingStep step) => RateInside(0, step);

    /// <summary>The same bounds and interval with other draws.</summary>
    /// <param name="seed">The seed of the draws.</param>
    /// <returns>The schedule that draws with <paramref name="seed"/>; this one is unchanged.</returns>
    public PlrsSchedule WithSeed(int seed) => this with
    {
        Seed = seed,
        Envelope = Envelope is ISeededSchedule seeded && (seeded.Seed is null || seeded.Seed == Seed) ? seeded.WithSeed(seed) : Envelope,
    };

    ILearningRateSchedule ISeededSchedule.WithSeed(int seed) => WithSeed(seed);

    ILearningRateSchedule IRunLengthSchedule.WithTotalEpochs(int totalEpochs) =>
        this with { Envelope = Envelope?.WithLengthOfRun(totalEpochs) };

    /// <summary>For example "PLRS U[0.07, 0.1], seed 1, redrawn every step".</summary>
    /// <returns>The schedule in words.</returns>
    public override string ToString()
    {
        var seed = Seed is { } given ? string.Create(CultureInfo.InvariantCulture, $", seed {given}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"PLRS {Distribution}[{MinimumLearningRate}, " +
            $"{MaximumLearningRate}]{(Envelope is null ? "" : $" × ({Envelope})")}{seed}, redrawn {Redraw}");
    }

    /// <summary>The rate of a schedule that is the envelope of so many others, each of which draws from a stream of its own.</summary>
    private static double RateInside(ILearningRateSchedule schedule, uint envelopes, TrainingStep step) => schedule switch
    {
        PlrsSchedule plrs => plrs.RateInside(envelopes, step),
        WarmUpSchedule warmUp => RateInside(warmUp.Inner, envelopes, step) * warmUp.ShareAt(step),
        _ => schedule.GetLearningRate(step),
    };

    private double RateInside(uint envelopes, TrainingStep step)
    {
        var stream = envelopes == 0 ? RandomStream.LearningRate : RandomStream.Envelopes + (envelopes - 1);
        var draw = Philox4x32.Uniform(Seed.GetValueOrDefault(), stream, Redraw.DrawAt(step));
        var rate = Distribution.GetLearningRate(draw, MinimumLearningRate, MaximumLearningRate);
        var bounded = Math.Clamp(rate, _lowest, _highest); // No number stays none, and is refused.
        return Envelope is null ? bounded : bounded * RateInside(Envelope, envelopes + 1, step);
    }

    // A bound that single precision rounds outwards gives way to the nearest single-precision number inside.
    private static (double Lowest, double Highest) BoundsSafeInSinglePrecision(double minimum, double maximum)
    {
        var lowest = (float)minimum < minimum ? MathF.BitIncrement((float)minimum) : minimum;
        var highest = (float)maximum > maximum ? MathF.BitDecrement((float)maximum) : maximum;
        return lowest <= highest ? (lowest, highest) : (minimum, maximum);
    }
}
