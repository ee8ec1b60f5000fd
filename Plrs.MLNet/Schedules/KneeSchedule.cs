using System.Globalization;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Schedules;

/// <summary>
/// The explore–exploit ("knee") schedule (Iyer et al., 2023): a constant rate for the explore epochs, then a linear decay to 0 at the
/// end of the run: η = η₀ for t ≤ E, and η = η₀·(T − t)/(T − E) after it, where t are the epochs, with their fraction.
/// </summary>
/// <remarks>The paper's settings (App. F) are the defaults: 100 explore epochs at 0.1.</remarks>
/// <example>
/// <code>var schedule = new KneeSchedule(exploreLearningRate: 0.1, exploreEpochs: 100); // to 0 at the run's end</code>
/// </example>
public sealed record KneeSchedule : IRunLengthSchedule
{
    /// <summary>Explores, then decays to 0.</summary>
    /// <param name="exploreLearningRate">η₀, the rate of the explore epochs, greater than 0; 0.1 by default.</param>
    /// <param name="exploreEpochs">E, the epochs with a constant rate, at least 0; 100 by default.</param>
    /// <param name="totalEpochs">
    /// T, the epochs of the whole run, more than <paramref name="exploreEpochs"/>. Past it the rate is 0. <see langword="null"/> (the
    /// default) takes those of the run.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public KneeSchedule(double exploreLearningRate = 0.1, int exploreEpochs = 100, int? totalEpochs = null)
    {
        ExploreLearningRate = ArgumentChecks.Positive(exploreLearningRate);
        ExploreEpochs = ArgumentChecks.AtLeast(0, exploreEpochs);
        TotalEpochs = totalEpochs is not { } total || total > exploreEpochs
            ? totalEpochs
            : throw ArgumentChecks.Refused(nameof(totalEpochs), total, $"greater than {nameof(exploreEpochs)} ({exploreEpochs})");
    }

    /// <summary>T, the epochs of the whole run; <see langword="null"/> until the trainer says.</summary>
    public int? TotalEpochs { get; }

    /// <summary>η₀, the rate of the explore epochs.</summary>
    public double ExploreLearningRate { get; }

    /// <summary>E, the epochs with a constant rate.</summary>
    public int ExploreEpochs { get; }

    double IPlannedSchedule.LastDecay => ExploreEpochs;

    bool IRunLengthSchedule.TakesLengthOfRun => TotalEpochs is null;

    /// <inheritdoc/>
    public double GetLearningRate(TrainingStep step)
    {
        var total = RunLength.Of(this, TotalEpochs);
        var left = (total - step.EpochPosition) / (total - ExploreEpochs);
        return ExploreLearningRate * Math.Clamp(left, 0, 1);
    }

    ILearningRateSchedule IRunLengthSchedule.WithTotalEpochs(int totalEpochs) =>
        new KneeSchedule(ExploreLearningRate, ExploreEpochs, totalEpochs: TotalEpochs ?? totalEpochs);

    /// <summary>For example "knee, 0.1 for 100 epochs, then linear to 0 at epoch 500".</summary>
    /// <returns>The schedule in words.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"knee, {ExploreLearningRate} for {Quantity.Of(ExploreEpochs, "epoch")}, " +
        $"then linear to 0 at {(TotalEpochs is { } total ? $"epoch {total}" : "the run's end")}");
}
