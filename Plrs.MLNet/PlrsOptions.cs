using Plrs.MLNet.Common;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet;

/// <summary>The settings of the probabilistic learning rate scheduler (PLRS, arXiv 2407.07613).</summary>
/// <example>
/// <code>
/// var pipeline = preprocessing.Append(trainer).UsePlrs(new PlrsOptions
/// {
///     MinimumLearningRate = 0.07,
///     MaximumLearningRate = 0.1,
///     WarmUpEpochs = 5,
/// });
/// </code>
/// </example>
public sealed class PlrsOptions
{
    /// <summary>L_min, the lower end of the interval the rates are drawn from: finite and greater than 0.</summary>
    public required double MinimumLearningRate { get; init; }

    /// <summary>
    /// L_max, the upper end of the interval the rates are drawn from: finite and greater than <see cref="MinimumLearningRate"/>.
    /// </summary>
    public required double MaximumLearningRate { get; init; }

    /// <summary>
    /// The seed of the draws, any number. Default <see langword="null"/>: that of the trainer's <see cref="Microsoft.ML.MLContext"/>, and 0
    /// where no context with a seed is known.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>How often the rate is drawn anew. Default <see cref="RedrawInterval.EveryStep"/>, as in the paper.</summary>
    public RedrawInterval Redraw { get; init; }

    /// <summary>How a rate is drawn between the bounds. Default <see cref="LearningRateDistribution.Uniform"/>, as in the paper.</summary>
    public LearningRateDistribution Distribution { get; init; } = LearningRateDistribution.Uniform;

    /// <summary>
    /// What both bounds are multiplied by at every step: usually a decay from 1 to a floor, such as <c>DecaySchedule.Cosine(1,
    /// finalLearningRate: 0.01)</c>, which takes its length from the run. Default <see langword="null"/>: nothing, as in the paper.
    /// </summary>
    public ILearningRateSchedule? Envelope { get; init; }

    /// <summary>
    /// The number of epochs, not necessarily whole, over which the drawn rates are scaled linearly from almost 0 to their full size: finite
    /// and at least 0. Default 0: no warm-up, as in the paper. During the warm-up rates lie below L_min.
    /// </summary>
    public double WarmUpEpochs { get; init; }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A setting is out of its range; the message names it and says what is allowed.
    /// </exception>
    /// <exception cref="ArgumentNullException">The <see cref="Distribution"/> is null.</exception>
    /// <exception cref="ArgumentException">Several settings are wrong; the message has all of them.</exception>
    public void Validate()
    {
        var errors = new OptionErrors();
        if (errors.Try(() => ArgumentChecks.Positive(MinimumLearningRate)))
        {
            errors.Try(() => ArgumentChecks.Above(MinimumLearningRate, MaximumLearningRate));
        }

        errors.Try(() => ArgumentChecks.NotNegative(WarmUpEpochs));
        errors.NotNull(Distribution, nameof(Distribution));
        errors.ThrowIfAny();
    }

    /// <summary>Makes the schedule with these settings.</summary>
    /// <returns>A <see cref="PlrsSchedule"/>, in a <see cref="WarmUpSchedule"/> when there is a warm-up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public ILearningRateSchedule CreateSchedule()
    {
        Validate();
        var schedule = new PlrsSchedule(MinimumLearningRate, MaximumLearningRate, Seed, Redraw)
        {
            Distribution = Distribution,
            Envelope = Envelope,
        };
        return WarmUpEpochs > 0 ? WarmUpSchedule.ForEpochs(WarmUpEpochs, schedule) : schedule;
    }
}
