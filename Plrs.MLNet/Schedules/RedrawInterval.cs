using System.Globalization;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Schedules;

/// <summary>
/// How often a random schedule draws anew; between two draws the rate stays. The default is <see cref="EveryStep"/>, as in the paper.
/// </summary>
/// <example>
/// <code>var schedule = new PlrsSchedule(0.07, 0.1, redraw: RedrawInterval.EverySteps(10));</code>
/// </example>
public readonly record struct RedrawInterval
{
    private const int WholeEpoch = -1;

    // The steps a rate is kept beyond its first, so that the default value is "every step"; or WholeEpoch.
    private readonly int _keptSteps;

    private RedrawInterval(int keptSteps) => _keptSteps = keptSteps;

    /// <summary>A new draw at every step: the paper's method.</summary>
    public static RedrawInterval EveryStep => default;

    /// <summary>A new draw at the start of every epoch.</summary>
    public static RedrawInterval EveryEpoch => new(WholeEpoch);

    /// <summary>
    /// A new draw at steps 0, <paramref name="steps"/>, 2·<paramref name="steps"/>, … of the run, wherever its epochs end.
    /// </summary>
    /// <param name="steps">The number of steps that share a draw, at least 1.</param>
    /// <returns>The interval.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is less than 1.</exception>
    public static RedrawInterval EverySteps(int steps) => new(ArgumentChecks.AtLeast(1, steps) - 1);

    /// <summary>For example "every step", "every 10 steps" or "every epoch".</summary>
    /// <returns>The interval in words.</returns>
    public override string ToString() => _keptSteps switch
    {
        WholeEpoch => "every epoch",
        0 => "every step",
        _ => string.Create(CultureInfo.InvariantCulture, $"every {_keptSteps + 1L} steps"),
    };

    /// <summary>The number of the draw that a step uses.</summary>
    internal long DrawAt(TrainingStep step) => _keptSteps switch
    {
        0 => step.Index,
        WholeEpoch => step.Epoch,
        _ => step.Index / (_keptSteps + 1L),
    };
}
