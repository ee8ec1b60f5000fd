using System.Globalization;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Schedules;

/// <summary>
/// A rate that falls over the whole run, once: along half a cosine (Loshchilov and Hutter, 2017, without restarts),
/// η = η_T + ½(η₀ − η_T)(1 + cos(π·t/T)), or in a straight line, η = η₀ + (η_T − η₀)·t/T, where t are the epochs, with their fraction.
/// </summary>
/// <remarks>From 1 to a floor, it is an envelope for <see cref="PlrsSchedule"/>: see <see cref="PlrsSchedule.Envelope"/>.</remarks>
/// <example>
/// <code>
/// var cosine = DecaySchedule.Cosine(0.1);                                                       // to 0 at the run's end
/// var plrs = new PlrsSchedule(0.07, 0.1) { Envelope = DecaySchedule.Linear(1, finalLearningRate: 0.05) };
/// </code>
/// </example>
public sealed record DecaySchedule : IRunLengthSchedule
{
    private readonly bool _isCosine;

    private DecaySchedule(bool isCosine, double initialLearningRate, double finalLearningRate, int? totalEpochs)
    {
        _isCosine = isCosine;
        FinalLearningRate = ArgumentChecks.NotNegative(finalLearningRate);
        InitialLearningRate = ArgumentChecks.Above(finalLearningRate, initialLearningRate);
        TotalEpochs = totalEpochs is { } total ? ArgumentChecks.AtLeast(1, total, nameof(totalEpochs)) : null;
    }

    /// <summary>η₀, the rate at the start.</summary>
    public double InitialLearningRate { get; }

    /// <summary>η_T, the rate at the end of the run, and past it.</summary>
    public double FinalLearningRate { get; }

    /// <summary>T, the epochs of the whole run; <see langword="null"/> until the trainer says.</summary>
    public int? TotalEpochs { get; private init; }

    double IPlannedSchedule.LastDecay => 0;

    bool IRunLengthSchedule.TakesLengthOfRun => TotalEpochs is null;

    /// <summary>Falls along half a cosine: slowly at first and in the end.</summary>
    /// <param name="initialLearningRate">η₀, the rate at the start, greater than <paramref name="finalLearningRate"/>.</param>
    /// <param name="finalLearningRate">η_T, the rate at the end, at least 0; 0 by default.</param>
    /// <param name="totalEpochs">
    /// T, the epochs of the whole run, at least 1; <see langword="null"/> (the default) takes those of the run.
    /// </param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public static DecaySchedule Cosine(double initialLearningRate, double finalLearningRate = 0, int? totalEpochs = null) =>
        new(isCosine: true, initialLearningRate, finalLearningRate, totalEpochs);

    /// <summary>Falls in a straight line.</summary>
    /// <inheritdoc cref="Cosine"/>
    public static DecaySchedule Linear(double initialLearningRate, double finalLearningRate = 0, int? totalEpochs = null) =>
        new(isCosine: false, initialLearningRate, finalLearningRate, totalEpochs);

    /// <inheritdoc/>
    public double GetLearningRate(TrainingStep step)
    {
        var done = Math.Min(1, step.EpochPosition / RunLength.Of(this, TotalEpochs));
        var left = _isCosine ? (1 + Math.Cos(Math.PI * done)) / 2 : 1 - done;
        return FinalLearningRate + ((InitialLearningRate - FinalLearningRate) * left);
    }

    ILearningRateSchedule IRunLengthSchedule.WithTotalEpochs(int totalEpochs) =>
        TotalEpochs is null ? this with { TotalEpochs = ArgumentChecks.AtLeast(1, totalEpochs) } : this;

    /// <summary>For example "cosine, 0.1 to 0 over 30 epochs", or "linear, 1 to 0.05 over the run".</summary>
    /// <returns>The schedule in words.</returns>
    public override string ToString()
    {
        var length = TotalEpochs is { } total ? Quantity.Of(total, "epoch") : "the run";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(_isCosine ? "cosine" : "linear")}, {InitialLearningRate} to {FinalLearningRate} over {length}");
    }
}
