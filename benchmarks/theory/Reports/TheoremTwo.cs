using Plrs.MLNet.Benchmarks;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Theory.Reports;

/// <summary>
/// Theorem 2: the time that it takes to escape from a saddle, by L_max; and what moves at all without noise of the gradient.
/// </summary>
internal static class TheoremTwo
{
    private const int Walks = 400;

    // A mean of f over few walks scatters more than a median of times.
    private const int WalksOfTheMean = 4 * Walks;

    private const int Limit = 100_000;

    public static void Run(string picture)
    {
        Report.Title(
            $"Theorem 2: a saddle with curvature −{SaddleEscape.Gamma} in one of ten directions and 1 in nine, ",
            $"σ = {SaddleEscape.Sigma}, from the saddle itself, {Walks} walks, L_min = 0.7 L_max");
        double[] maxima = [.. Enumerable.Range(0, 9).Select(i => 0.5 * Math.Pow(2, -i))];
        var table = new MarkdownTable(
            "L_max", "PLRS: steps to escape, median (1 % to 99 %)", "constant rate η_c, median", "steps until the mean of f is lower");
        var (all, medians, means) = (new List<(double, double)>(), new List<(double X, double Y)>(), new List<(double X, double Y)>());
        foreach (var maximum in maxima)
        {
            var plrs = Escapes(seed => LargeGradient.Schedule(maximum, seed));
            var constant = Escapes(_ => new ConstantSchedule(0.85 * maximum));
            var mean = SaddleEscape.StepsOfTheMean(seed => LargeGradient.Schedule(maximum, seed), WalksOfTheMean, limit: plrs[^1]);
            all.AddRange(plrs.Select(steps => (maximum, (double)steps)));
            medians.Add((maximum, plrs[Walks / 2]));
            means.Add((maximum, mean));
            table.Add(
                Report.Text($"{maximum:G3}"),
                Report.Text($"{plrs[Walks / 2]:N0} ({plrs[Walks / 100]:N0} to {plrs[^(Walks / 100)]:N0})"),
                Report.Text($"{constant[Walks / 2]:N0}"),
                Report.Text($"{mean:N0}"));
        }

        table.Print();
        Console.WriteLine(
            $"\nThe exponent of L_max: {Report.Text(Estimate.Exponent(all))} for the escape, " +
            $"{Report.Text(Estimate.Exponent(means))} for the mean of f; the bound's is -0.25.");
        PrintWithoutNoise();

        var bound = medians[0].Y * Math.Pow(maxima[0], 0.25);
        new Chart("Theorem 2: steps until a saddle is left", "L_max", "steps")
        {
            IsXLogarithmic = true,
            IsYLogarithmic = true,
            XRange = (0.001, 1),
            YRange = (1, 100_000),
        }.Save(
            picture,
            new("escape, 50 of the walks", [.. all.Where((_, i) => i % 8 == 0)], IsDots: true, Color: "#9ec5e8"),
            new("its median", medians, Color: "#1f77b4"),
            new("until the mean of f is lower", means, Color: "#2a8a5b"),
            new(
                "L_max^(−1/4), through the first",
                [.. maxima.Select(maximum => (maximum, bound * Math.Pow(maximum, -0.25)))],
                IsDashed: true,
                Color: "#d95f02"));
    }

    private static void PrintWithoutNoise()
    {
        const double Maximum = 0.1;
        Console.WriteLine(
            $"\nBy where it starts, L_max = {Report.Text($"{Maximum}")}, " +
            $"steps to escape (median of {Walks} seeds), and \"none\" where no walk does in {Limit:N0} steps:\n");
        var table = new MarkdownTable("start", "PLRS, gradient exact", "constant, gradient exact", "PLRS, σ = 0.1", "constant, σ = 0.1");
        foreach (var (name, off, beside) in new[]
        {
            ("the saddle", 0.0, 0.0),
            ("1 away, on the stable manifold", 0.0, 1.0),
            ("1 away, 1e-12 beside it", 1e-12, 1.0),
            ("1 away, 0.001 beside it", 1e-3, 1.0),
        })
        {
            var cells = new[] { 0, SaddleEscape.Sigma }
                .SelectMany(
                    sigma =>
                        new[]
                        {
                            Cell(seed => LargeGradient.Schedule(Maximum, seed), sigma),
                            Cell(_ => new ConstantSchedule(0.85 * Maximum), sigma),
                        });
            table.Add([name, .. cells]);

            string Cell(Func<int, ILearningRateSchedule> schedule, double sigma) =>
                Median(Enumerable.Range(1, Walks).AsParallel().AsOrdered()
                    .Select(seed => SaddleEscape.Steps(schedule(seed), sigma, seed, SaddleEscape.Start(off, beside), Limit)));
        }

        table.Print();
    }

    private static string Median(IEnumerable<int?> steps)
    {
        int[] escaped = [.. steps.OfType<int>().Order()];
        return escaped.Length == 0
            ? "none"
            : escaped.Length == Walks ? Report.Text($"{escaped[Walks / 2]:N0}") : Report.Text($"{escaped.Length} of {Walks} walks");
    }

    private static int[] Escapes(Func<int, ILearningRateSchedule> schedule) =>
    [
        .. Enumerable.Range(1, Walks).AsParallel()
            .Select(
                seed => SaddleEscape.Steps(schedule(seed), SaddleEscape.Sigma, seed, SaddleEscape.Start(0, 0), Limit)
                    ?? throw new InvalidOperationException("A walk did not escape."))
            .Order(),
    ];
}
