using Plrs.MLNet.Benchmarks;

namespace Plrs.MLNet.Theory.Reports;

/// <summary>The averages of the steps beside the last one, as the trainer takes them.</summary>
internal static class Averages
{
    private const int Walks = 200;
    private const int Steps = 20_000;

    private static readonly WeightAveraging[] Averagings =
    [
        WeightAveraging.None,
        WeightAveraging.Exponential(),
        WeightAveraging.Exponential(0.999),
        WeightAveraging.Uniform(fromEpoch: 0),
    ];

    private static readonly string[] Names = ["last step", "exponential, 0.98", "exponential, 0.999", "all steps (Polyak)"];

    public static void Run(string picture)
    {
        Report.Title($"Averages: the same bowl, from 1 away, mean squared distance from the minimum after {Steps:N0} steps, {Walks} walks");
        var table = new MarkdownTable(
            "L_max", "last step", "exponential, 0.98", "exponential, 0.999", "all steps", "0.98 to the last",
            "exponent of the steps, for all steps");
        foreach (var maximum in new[] { 0.4, 0.1, 0.025, 0.00625 })
        {
            var at = Report.Logarithmic(Steps);
            var distances = Measure(maximum, at);
            var last = distances.Select(distance => distance[^1]).ToArray();
            var exponent = Estimate.Exponent(
                [.. at.Zip(distances[^1]).Where(point => point.First >= Steps / 10).Select(point => ((double)point.First, point.Second))]);
            table.Add(
                [
                    Report.Text($"{maximum}"),
                    .. last.Select(distance => Report.Text($"{distance:G3}")),
                    Report.Text($"{last[1] / last[0]:F2}"),
                    Report.Text(exponent),
                ]);
            if (maximum == 0.1)
            {
                new Chart("Averages beside the last step, U[0.07, 0.1]", "steps", "mean squared distance from the minimum")
                {
                    IsXLogarithmic = true,
                    IsYLogarithmic = true,
                    XRange = (1, Steps),
                    YRange = (1e-4, 1),
                }
                    .Save(
                        picture,
                        [.. distances.Select(
                            (distance, i) => new Series(Names[i], [.. at.Zip(distance, (steps, value) => ((double)steps, value))]))]);
            }
        }

        table.Print();
    }

    private static double[][] Measure(double maximum, int[] at)
    {
        var walks = Enumerable.Range(1, Walks).AsParallel().AsOrdered()
            .Select(seed => Neighbourhood.SquaredDistances(Averagings, LargeGradient.Schedule(maximum, seed), seed, at)).ToArray();
        return [.. Averagings.Select((_, a) => at.Select((_, i) => walks.Average(walk => walk[a][i])).ToArray())];
    }
}
