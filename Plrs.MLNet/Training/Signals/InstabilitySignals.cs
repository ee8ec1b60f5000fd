using Plrs.MLNet.Common;

namespace Plrs.MLNet;

/// <summary>
/// What is watched while a network trains: spikes of the loss, gradients that explode, and whether the learning rates lie below 1/β, β
/// being the smoothness of the loss, as the theorem behind PLRS asks (arXiv 2407.07613, Theorem 1). Each signal goes to
/// <see cref="ITrainingObserver.OnInstability"/>, to the training record and to the log: as a warning,
/// <see cref="InstabilityKind.RateAboveSmoothness"/> as an information line. The trained weights are the same to the last bit with and
/// without.
/// </summary>
/// <remarks>
/// β is estimated every <see cref="SmoothnessInterval"/> steps, by the gradient of the step's batch at two places, which costs as much as a
/// step: 0.5 % of the training by default. docs/instability.md says by which rules, and what the estimate is and is not.
/// </remarks>
/// <example>
/// <code>
/// options.Reporting.InstabilitySignals = InstabilitySignals.None;
/// options.Reporting.InstabilitySignals = new InstabilitySignals { SmoothnessInterval = 1000 };
/// </code>
/// </example>
public sealed record InstabilitySignals
{
    private const int UsualInterval = 200;

    /// <summary>Nothing is watched.</summary>
    public static InstabilitySignals None { get; } = new() { IsOn = false, SmoothnessInterval = null };

    /// <summary>
    /// After how many steps each β is estimated, at least 1; the run's first step is one of them, where β is often largest.
    /// <see langword="null"/> for never. Default 200. It is not estimated for a network of a <see cref="Networks.ModuleDefinition"/>: of a
    /// module of one's own it is not known what one more forward pass changes in it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? SmoothnessInterval
    {
        get;
        init => field = value is null or >= 1
            ? value
            : throw ArgumentChecks.Refused(nameof(SmoothnessInterval), value, "at least 1, or null");
    } = UsualInterval;

    /// <summary>Whether anything is watched.</summary>
    internal bool IsOn { get; private init; } = true;
}
