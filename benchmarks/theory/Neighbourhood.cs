using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Theory;

/// <summary>Theorem 3: how long the steps stay near a minimum; and how near their averages come.</summary>
internal static class Neighbourhood
{
    public const int Dimension = 10;
    public const double Alpha = 0.5;
    public const double Beta = 1;
    public const double Sigma = 1;
    public const double Delta = 0.6;

    private static readonly TestFunction Function = TestFunction.Bowl(Dimension, Alpha, Beta);

    /// <summary>
    /// The steps that stay within δ of the minimum, from half of δ away, up to a limit; and the mean of the squared distance over the
    /// second half.
    /// </summary>
    public static (int Stayed, double SquaredDistance) Stay(ILearningRateSchedule schedule, int seed, int limit)
    {
        var walk = new Walk(Function, schedule, Sigma, seed, Start(Delta / 2));
        var stayed = limit;
        var sum = 0.0;
        while (walk.Steps < limit)
        {
            walk.Step();
            var squared = walk.SquaredDistance;
            if (stayed == limit && squared > Delta * Delta)
            {
                stayed = walk.Steps - 1;
            }

            sum += walk.Steps > limit / 2 ? squared : 0;
        }

        return (stayed, sum / (limit - (limit / 2)));
    }

    /// <summary>
    /// The squared distance from the minimum of some averages of the steps, from a distance of 1, after given numbers of steps.
    /// </summary>
    /// <returns>For each average, by the number of steps.</returns>
    public static double[][] SquaredDistances(WeightAveraging[] averagings, ILearningRateSchedule schedule, int seed, int[] at)
    {
        var walk = new Walk(Function, schedule, Sigma, seed, Start(1));
        var averages = averagings.Select(_ => new double[Dimension]).ToArray();
        var distances = averagings.Select(_ => new double[at.Length]).ToArray();
        Array.ForEach(averages, average => walk.X.CopyTo(average, 0));
        for (var (i, step) = (0, 0); i < at.Length; step++)
        {
            walk.Step();
            for (var a = 0; a < averages.Length; a++)
            {
                var share = averagings[a].NewShare(new TrainingStep(step, stepsPerEpoch: 1));
                for (var j = 0; j < Dimension; j++)
                {
                    averages[a][j] += share * (walk.X[j] - averages[a][j]);
                }

                if (walk.Steps == at[i])
                {
                    distances[a][i] = averages[a].Sum(entry => entry * entry);
                }
            }

            i += walk.Steps == at[i] ? 1 : 0;
        }

        return distances;
    }

    private static double[] Start(double distance) => [.. Enumerable.Repeat(distance / Math.Sqrt(Dimension), Dimension)];
}
