using System.Globalization;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Schedules;

/// <summary>
/// The one-cycle schedule (Smith, 2018): over the first 45 % of the run the rate rises linearly from η₀ to L_max, over the next 45 % it
/// falls linearly back to η₀, and over the last 10 % linearly to η₀/10.
/// </summary>
/// <remarks>The shares are the paper's (App. F), which finds L_max by a range test and leaves η₀ open; η₀ = L_max/10 is usual.</remarks>
/// <example>
/// <code>
/// // In a run of 500 epochs: 0.01, at epoch 225 0.1, at 450 0.01, at 500 0.001.
/// var schedule = new OneCycleSchedule(maximumLearningRate: 0.1);
/// </code>
/// </example>
public sealed record OneCycleSchedule : IRunLengthSchedule
{
    private const double PeakAt = 0.45;
    private const double TailAt = 0.9;
    private const double TailDivisor = 10;

    /// <summary>Rises, falls, and falls by a further factor of 10.</summary>
    /// <param name="maximumLearningRate">L_max, the rate at the peak, greater than 0.</param>
    /// <param name="initialLearningRate">
    /// η₀, the rate at the start, greater than 0 and less than L_max; <see langword="null"/> (the default) means L_max/10.
    /// </param>
    /// <param name="totalEpochs">
    /// The epochs of the whole run, at least 1. Past it the rate stays at its last value. <see langword="null"/> (the default) takes those
    /// of the run.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public OneCycleSchedule(double maximumLearningRate, double? initialLearningRate = null, int? totalEpochs = null)
    {
        MaximumLearningRate = ArgumentChecks.Positive(maximumLearningRate);
        TotalEpochs = totalEpochs is { } total ? ArgumentChecks.AtLeast(1, total, nameof(totalEpochs)) : null;
        InitialLearningRate = ArgumentChecks.Positive(initialLearningRate ?? (maximumLearningRate / 10), nameof(initialLearningRate));
        ArgumentChecks.Above(InitialLearningRate, maximumLearningRate, nameof(initialLearningRate));
    }

    /// <summary>L_max, the rate at the peak.</summary>
    public double MaximumLearningRate { get; }

    /// <summary>The epochs of the whole run; <see langword="null"/> until the trainer says.</summary>
    public int? TotalEpochs { get; }

    /// <summary>η₀, the rate at the start and after 90 % of the run.</summary>
    public double InitialLearningRate { get; }

    double IPlannedSchedule.LastDecay => PeakAt * (TotalEpochs ?? 0);

    bool IRunLengthSchedule.TakesLengthOfRun => TotalEpochs is null;

    /// <inheritdoc/>
    public double GetLearningRate(TrainingStep step)
    {
        var done = Math.Min(1, step.EpochPosition / RunLength.Of(this, TotalEpochs));
        return done switch
        {
            < PeakAt => Between(InitialLearningRate, MaximumLearningRate, done / PeakAt),
            < TailAt => Between(MaximumLearningRate, InitialLearningRate, (done - PeakAt) / (TailAt - PeakAt)),
            _ => Between(InitialLearningRate, InitialLearningRate / TailDivisor, (done - TailAt) / (1 - TailAt)),
        };
    }

    ILearningRateSchedule IRunLengthSchedule.WithTotalEpochs(int totalEpochs) =>
        new OneCycleSchedule(MaximumLearningRate, InitialLearningRate, totalEpochs: TotalEpochs ?? totalEpochs);

    /// <summary>For example "one-cycle, 0.01 to 0.1 and back, then to 0.001, over 500 epochs".</summary>
    /// <returns>The schedule in words.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"one-cycle, {InitialLearningRate} to {MaximumLearningRate} and back, " +
        $"then to {InitialLearningRate / TailDivisor}, over {(TotalEpochs is { } total ? Quantity.Of(total, "epoch") : "the run")}");

    private static double Between(double from, double to, double done) => from + ((to - from) * done);
}
