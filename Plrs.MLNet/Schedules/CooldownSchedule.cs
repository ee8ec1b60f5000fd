using System.Globalization;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Schedules;

/// <summary>
/// A constant rate with a cool-down (Hägele et al., 2024, arXiv 2405.18392): η = η₀ for t ≤ (1 − s)·T, and
/// η = η₀·(1 − √((t − (1 − s)·T)/(s·T))) over the share s of the run that is left, where t are the epochs, with their fraction.
/// </summary>
/// <remarks>
/// With a warm-up it is WSD (warm-up, stable, decay). From 1, it is an envelope for <see cref="PlrsSchedule"/>: PLRS, then a cool-down.
/// </remarks>
/// <example>
/// <code>
/// // In a run of 100 epochs: 0.1 to epoch 85, at epoch 88.75 0.05, at 100 0.
/// var wsd = WarmUpSchedule.ForEpochs(5, new CooldownSchedule(0.1));
/// var plrs = new PlrsSchedule(0.07, 0.1) { Envelope = new CooldownSchedule(1) };
/// </code>
/// </example>
public sealed record CooldownSchedule : IRunLengthSchedule
{
    /// <summary>Stays constant, then cools down to 0.</summary>
    /// <param name="learningRate">η₀, the constant rate, greater than 0.</param>
    /// <param name="share">s, the share of the run in which the rate falls, above 0 and at most 1; 0.15 by default.</param>
    /// <param name="totalEpochs">
    /// T, the epochs of the whole run, at least 1. Past it the rate is 0. <see langword="null"/> (the default) takes those of the run.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public CooldownSchedule(double learningRate, double share = 0.15, int? totalEpochs = null)
    {
        LearningRate = ArgumentChecks.Positive(learningRate);
        Share = ArgumentChecks.PositiveUpTo(1, share);
        TotalEpochs = totalEpochs is { } total ? ArgumentChecks.AtLeast(1, total, nameof(totalEpochs)) : null;
    }

    /// <summary>η₀, the constant rate.</summary>
    public double LearningRate { get; }

    /// <summary>s, the share of the run in which the rate falls.</summary>
    public double Share { get; }

    /// <summary>T, the epochs of the whole run; <see langword="null"/> until the trainer says.</summary>
    public int? TotalEpochs { get; }

    double IPlannedSchedule.LastDecay => (1 - Share) * (TotalEpochs ?? 0);

    bool IRunLengthSchedule.TakesLengthOfRun => TotalEpochs is null;

    /// <inheritdoc/>
    public double GetLearningRate(TrainingStep step)
    {
        var total = RunLength.Of(this, TotalEpochs);
        var done = (step.EpochPosition - ((1 - Share) * total)) / (Share * total);
        return LearningRate * (1 - Math.Sqrt(Math.Clamp(done, 0, 1)));
    }

    ILearningRateSchedule IRunLengthSchedule.WithTotalEpochs(int totalEpochs) =>
        new CooldownSchedule(LearningRate, Share, totalEpochs: TotalEpochs ?? totalEpochs);

    /// <summary>For example "cool-down, 0.1, over the last 15 % of 100 epochs by 1 − √ to 0".</summary>
    /// <returns>The schedule in words.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"cool-down, {LearningRate}, over the last {Math.Round(100 * Share, 10)} % of "
        + $"{(TotalEpochs is { } total ? Quantity.Of(total, "epoch") : "the run")} by 1 − √ to 0");
}
