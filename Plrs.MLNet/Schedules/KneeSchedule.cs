using System.Globalization;

namespace Plrs.MLNet.Schedules;

/// <summary>
/// The explore–exploit ("knee") schedule (Iyer et al., 2023): a constant rate for the explore epochs, then a linear decay to 0 at the
/// end of the run: η = η₀ for t ≤ E, and η = η₀·(T − t)/(T − E) after it, where t are the epochs, with their fraction.
/// </summary>
/// <remarks>The paper's settings (App. F) are the defaults: 100 explore epochs at 0.1.</remarks>
/// <example>
/// <code>var schedule = new KneeSchedule(totalEpochs: 500);</code>
/// </example>
public sealed record KneeSchedule : ILearningRateSchedule
{
    /// <summary>Explores, then decays to 0.</summary>
    /// <param name="totalEpochs">T, the epochs of the whole run, more than <paramref name="exploreEpochs"/>. Past it the rate is 0.</param>
    /// <param name="exploreLearningRate">η₀, the rate of the explore epochs, greater than 0; 0.1 by default.</param>
    /// <param name="exploreEpochs">E, the epochs with a constant rate, at least 0; 100 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public KneeSchedule(int totalEpochs, double exploreLearningRate = 0.1, int exploreEpochs = 100)
    {
        ExploreLearningRate = ArgumentChecks.Positive(exploreLearningRate);
        ExploreEpochs = ArgumentChecks.AtLeast(0, exploreEpochs);
        TotalEpochs = totalEpochs > exploreEpochs
            ? totalEpochs
            : throw ArgumentChecks.Refused(nameof(totalEpochs), totalEpochs, $"greater than {nameof(exploreEpochs)} ({exploreEpochs})");
    }

    /// <summary>T, the epochs of the whole run.</summary>
    public int TotalEpochs { get; }

    /// <summary>η₀, the rate of the explore epochs.</summary>
    public double ExploreLearningRate { get; }

    /// <summary>E, the epochs with a constant rate.</summary>
    public int ExploreEpochs { get; }

    /// <inheritdoc/>
    public double GetLearningRate(TrainingStep step)
    {
        var left = (TotalEpochs - step.EpochPosition) / (TotalEpochs - ExploreEpochs);
        return ExploreLearningRate * Math.Clamp(left, 0, 1);
    }

    /// <summary>For example "knee, 0.1 for 100 epochs, then linear to 0 at epoch 500".</summary>
    /// <returns>The schedule in words.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"knee, {ExploreLearningRate} for {Quantity.Of(ExploreEpochs, "epoch")}, then linear to 0 at epoch {TotalEpochs}");
}
