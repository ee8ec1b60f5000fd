namespace Plrs.MLNet;

/// <summary>What a training shows that may be unstable.</summary>
public enum InstabilityKind
{
    /// <summary>A step's loss is far above what it was before, and above that of a network that only guesses.</summary>
    LossSpike,

    /// <summary>A step's gradient is far larger than what it was at the start and lately, or is not finite.</summary>
    ExplodingGradient,

    /// <summary>
    /// The highest rate of the schedule is not below 1/β by the estimates of β so far. It is no sign of trouble by itself: training often
    /// goes well there.
    /// </summary>
    RateAboveSmoothness,
}
