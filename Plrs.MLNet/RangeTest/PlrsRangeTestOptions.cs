using Plrs.MLNet.Common;

namespace Plrs.MLNet;

/// <summary>The settings of a learning-rate range test: see <see cref="PlrsRangeTest"/>.</summary>
public sealed class PlrsRangeTestOptions
{
    private const int FewestSteps = 20;
    private const int MostSteps = 1_000_000;
    private const int MostSeeds = 100;

    // A mean over more than a quarter of the steps hides where the loss turns.
    private const int StepsPerMean = 4;

    // So does a rate that rises by more than this factor a step.
    private const double SteepestRise = 1.3;

    /// <summary>The rate of the first step: finite and greater than 0. Default 0.00001.</summary>
    public double LowestLearningRate { get; init; } = 1e-5;

    /// <summary>
    /// The rate of the last step, which should be too high: greater than <see cref="LowestLearningRate"/>, and at most the largest
    /// single-precision number. Default 10.
    /// </summary>
    public double HighestLearningRate { get; init; } = 10;

    /// <summary>
    /// The number of steps of a sweep, from 20 to 1,000,000, at least four times the 1/(1 − <see cref="Smoothing"/>), rounded up, that the
    /// smoothed loss is a mean of, and, unless the ramp <see cref="IsLinear"/>, so many that the rate rises by three tenths a step at most:
    /// nine to each factor of ten. Default 120, which are 20 to each. Sweeps go over the data as often as they have to.
    /// </summary>
    public int Steps { get; init; } = 120;

    /// <summary>
    /// Whether the rate rises by the same amount at each step, and not by the same factor: then <see cref="LowestLearningRate"/> and
    /// <see cref="HighestLearningRate"/> should not be far apart. Default <see langword="false"/>.
    /// </summary>
    public bool IsLinear { get; init; }

    /// <summary>The number of sweeps, each with a seed of its own, from 1 to 100. Default 3. The proposal is their lower median.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>
    /// What the smoothed loss keeps of itself at a step, at least 0 and less than 1. Default 0.9: it is a mean of about the last ten
    /// losses.
    /// </summary>
    public double Smoothing { get; init; } = 0.9;

    /// <summary>
    /// A sweep ends when the smoothed loss is more than so many times its lowest value, and above its first one, both since it is a mean of
    /// enough steps; or when the loss is NaN or infinite. Finite and greater than 1. Default 4.
    /// </summary>
    public double DivergenceFactor { get; init; } = 4;

    /// <summary>
    /// L_min/L_max of the proposal, greater than 0 and less than 1. Default 0.7, the paper's own ratio in three of its five settings; it
    /// has 0.5 and 0.875 in the others.
    /// </summary>
    public double MinimumRatio { get; init; } = 0.7;

    /// <summary>Ends the test with an <see cref="OperationCanceledException"/> after its current step. Default: never.</summary>
    public CancellationToken StopToken { get; init; }

    /// <summary>
    /// The number of steps that the smoothed loss is a mean of, and that it lags behind, the loss itself being that of the step before.
    /// </summary>
    internal int Window => (int)Math.Min(MostSteps, Math.Ceiling(1 / (1 - Smoothing) * (1 - 1e-12)));

    // Ratios of numbers that far apart are infinite.
    private long StepsOfRamp =>
        IsLinear ? 0 : 1 + (long)Math.Ceiling((Math.Log(HighestLearningRate) - Math.Log(LowestLearningRate)) / Math.Log(SteepestRise));

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A setting is out of its range; the message names it and says what is allowed.
    /// </exception>
    public void Validate()
    {
        var errors = new OptionErrors();
        var hasRamp = errors.Try(() => ArgumentChecks.Positive(LowestLearningRate))
            && errors.Try(() => ArgumentChecks.Above(LowestLearningRate, HighestLearningRate));
        if (errors.Try(() => ArgumentChecks.Share(Smoothing)) && hasRamp)
        {
            var fewest = (int)Math.Clamp(Math.Max(StepsPerMean * (long)Window, StepsOfRamp), FewestSteps, MostSteps);
            errors.Try(() => ArgumentChecks.Within(fewest, MostSteps, Steps));
        }

        errors.Try(() => ArgumentChecks.Within(1, MostSeeds, Seeds));
        errors.Check(
            double.IsFinite(DivergenceFactor) && DivergenceFactor > 1,
            DivergenceFactor,
            nameof(DivergenceFactor),
            "finite and greater than 1");
        errors.Check(MinimumRatio is > 0 and < 1, MinimumRatio, nameof(MinimumRatio), "greater than 0 and less than 1");
        errors.ThrowIfAny();
    }
}
