using Plrs.MLNet.Benchmarks;

namespace Plrs.MLNet.Theory.Reports;

/// <summary>Theorem 3: how long the steps stay near a minimum.</summary>
internal static class TheoremThree
{
    private const int Walks = 1000;

    public static void Run(string picture)
    {
        Report.Title(
            $"Theorem 3: a bowl with curvatures from {Neighbourhood.Alpha} to {Neighbourhood.Beta} in ten dimensions, ",
            $"σ = {Neighbourhood.Sigma}, from δ/2 away, δ = {Neighbourhood.Delta}, {Walks} walks, L_min = 0.7 L_max; α/β² = 0.5");
        var table = new MarkdownTable(
            "L_max", "T = 10/L_max²", "walks that stay within δ for 1/L_max² steps", "for T steps", "root mean square distance");
        var curves = new List<Series>();
        var distances = new List<(double, double)>();
        foreach (var maximum in new[] { 1.0, 0.4, 0.2, 0.15, 0.1, 0.05, 0.025 })
        {
            var limit = (int)Math.Round(10 / (maximum * maximum));
            var walks = Enumerable.Range(1, Walks).AsParallel().AsOrdered()
                .Select(seed => Neighbourhood.Stay(LargeGradient.Schedule(maximum, seed), seed, limit)).ToArray();
            var distance = Math.Sqrt(walks.Average(walk => walk.SquaredDistance));
            table.Add(
                Report.Text($"{maximum}"), Report.Text($"{limit:N0}"), Share(limit / 10), Share(limit), Report.Text($"{distance:F3}"));
            curves.Add(
                new(
                    Report.Text($"L_max = {maximum}"),
                    [.. Report.Logarithmic(limit)
                        .Select(steps => (steps * maximum * maximum, walks.Count(walk => walk.Stayed >= steps) / (double)Walks))],
                    IsDashed: maximum >= 0.5));
            if (maximum < 0.5)
            {
                distances.Add((maximum, distance));
            }

            string Share(int steps) => Report.Text($"{walks.Count(walk => walk.Stayed >= steps) / (double)Walks:P1}");
        }

        table.Print();
        Console.WriteLine(
            $"\nThe root mean square distance goes as L_max^({Report.Text(Estimate.Exponent(distances))}), for L_max below α/β².");
        new Chart("Theorem 3: walks that have stayed within δ of the minimum", "steps, by 1/L_max²", "share of the walks")
        {
            IsXLogarithmic = true,
            XRange = (0.1, 10),
            YRange = (0, 1),
        }.Save(picture, [.. curves]);
    }
}
