using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Theory;

/// <summary>
/// Theorem 1, on the worst of the β-smooth functions, ½β‖x‖²: one step from a large gradient, and what comes of many steps.
/// </summary>
internal static class LargeGradient
{
    public const int Dimension = 10;
    public const double Beta = 1;
    public const double Sigma = 1;

    /// <summary>L_min as a share of L_max, as in most of the paper's bounds.</summary>
    public const double Ratio = 0.7;

    private static readonly TestFunction Function = new([.. Enumerable.Repeat(Beta, Dimension)]);

    public static PlrsSchedule Schedule(double maximum, int seed) => new(Ratio * maximum, maximum, seed);

    /// <summary>The theorem's least gradient, √(3·η_c·β·σ²).</summary>
    public static double Threshold(double maximum) => Math.Sqrt(3 * (1 + Ratio) / 2 * maximum * Beta * Sigma * Sigma);

    /// <summary>By how much one step changes f, from where ‖∇f‖ is a multiple of the threshold.</summary>
    public static Estimate ChangeOfOneStep(double maximum, double thresholds, int walks) => Estimate.Of(
        [.. Seeds(walks)
            .Select(seed => ValueAfter(maximum, thresholds, steps: 1, seed) - ValueAfter(maximum, thresholds, steps: 0, seed))]);

    /// <summary>f after some steps from the threshold, as a share of what it was.</summary>
    public static double ShareLeft(double maximum, int steps, int walks) =>
        Seeds(walks).Average(seed => ValueAfter(maximum, thresholds: 1, steps, seed))
            / ValueAfter(maximum, thresholds: 1, steps: 0, seed: 0);

    /// <summary>
    /// The gradient above which a step lowers E[f], in thresholds, by the exact expectation of this function, E[Δf] = −η_c G² + ½β E[η²]
    /// (G² + σ²); infinite where there is none.
    /// </summary>
    public static double TrueThreshold(double maximum)
    {
        var mean = (1 + Ratio) / 2 * maximum;
        var half = Beta / 2 * ((mean * mean) + (Math.Pow((1 - Ratio) * maximum, 2) / 12));
        return mean > half ? Math.Sqrt(half * Sigma * Sigma / (mean - half)) / Threshold(maximum) : double.PositiveInfinity;
    }

    private static ParallelQuery<int> Seeds(int count) => Enumerable.Range(1, count).AsParallel().AsOrdered();

    private static double ValueAfter(double maximum, double thresholds, int steps, int seed)
    {
        var start = new double[Dimension];
        start[0] = thresholds * Threshold(maximum) / Beta;
        var walk = new Walk(Function, Schedule(maximum, seed), Sigma, seed, start);
        while (walk.Steps < steps)
        {
            walk.Step();
        }

        return walk.Value;
    }
}
