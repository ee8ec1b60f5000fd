using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Theory;

/// <summary>Theorem 2: how many steps it takes to leave a strict saddle.</summary>
internal static class SaddleEscape
{
    public const int Dimension = 10;
    public const double Gamma = 0.5;
    public const double Sigma = 0.1;

    // Half of what the minima lie below the saddle.
    private const double Fall = Gamma * Gamma / 8;

    private static readonly TestFunction Function = TestFunction.Saddle(Dimension, Gamma);

    /// <summary>A place from which descent without noise leads to the saddle, but for the last entry, which is away from it.</summary>
    public static double[] Start(double off, double beside) =>
        [.. Enumerable.Repeat(beside / Math.Sqrt(Dimension - 1), Dimension - 1), off];

    /// <summary>
    /// The steps until f has fallen by half the depth of the minima below the saddle; <see langword="null"/> where it takes more than the
    /// limit.
    /// </summary>
    public static int? Steps(ILearningRateSchedule schedule, double sigma, int seed, double[] start, int limit)
    {
        var walk = new Walk(Function, schedule, sigma, seed, start);
        while (walk.Steps < limit)
        {
            walk.Step();
            if (walk.Value <= -Fall)
            {
                return walk.Steps;
            }
        }

        return null;
    }

    /// <summary>The steps after which the mean of f over many walks from the saddle is below the saddle's, and stays there.</summary>
    public static int StepsOfTheMean(Func<int, ILearningRateSchedule> schedule, int walks, int limit)
    {
        var sums = Enumerable.Range(1, walks).AsParallel().AsOrdered()
            .Select(seed => Values(schedule(seed), seed, limit))
            .Aggregate((sum, values) => [.. sum.Zip(values, (a, b) => a + b)]);
        return Array.FindLastIndex(sums, sum => sum >= 0) + 2;
    }

    private static double[] Values(ILearningRateSchedule schedule, int seed, int count)
    {
        var walk = new Walk(Function, schedule, Sigma, seed, Start(0, 0));
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            walk.Step();
            values[i] = walk.Value;
        }

        return values;
    }
}
