using Plrs.MLNet.Benchmarks;

namespace Plrs.MLNet.Theory.Reports;

/// <summary>Theorem 1: the decrease of a step where the gradient is large.</summary>
internal static class TheoremOne
{
    private const int Walks = 50_000;
    private const int ManySteps = 100;
    private const int LongWalks = 2000;

    private static readonly double[] Maxima = [0.02, 0.1, 0.5, 0.9, 1.1, 1.5, 1.9, 2.2, 2.4];

    private static readonly double[] Drawn = [0.1, 0.5, 0.9, 1.5, 2.2, 2.4];

    public static void Run(string picture)
    {
        Report.Title(
            $"Theorem 1: f = ½‖x‖² (β = 1), σ = {LargeGradient.Sigma}, ten dimensions, L_min = 0.7 L_max; ",
            $"one step over {Walks:N0} walks, {ManySteps} steps over {LongWalks:N0}");
        var table = new MarkdownTable(
            "β·L_max", "threshold", "change of f at the threshold", "by L_max²", "falls from a gradient of",
            $"f left after {ManySteps} steps");
        foreach (var maximum in Maxima)
        {
            var change = LargeGradient.ChangeOfOneStep(maximum, thresholds: 1, Walks);
            var square = maximum * maximum;
            table.Add(
                Report.Text($"{maximum}"),
                Report.Text($"{LargeGradient.Threshold(maximum):F2}"),
                Report.Text(change),
                Report.Text($"{change.Mean / square:F2}"),
                double.IsFinite(LargeGradient.TrueThreshold(maximum))
                    ? Report.Text($"{LargeGradient.TrueThreshold(maximum):F2} thresholds")
                    : "none",
                Report.Text($"{LargeGradient.ShareLeft(maximum, ManySteps, LongWalks):G3}"));
        }

        table.Print();
        var exponent = Estimate.Exponent(
            [.. Enumerable.Range(0, 6).Select(i => 0.1 * Math.Pow(2, -i))
                .Select(maximum => (maximum, -LargeGradient.ChangeOfOneStep(maximum, 1, Walks).Mean))]);
        Console.WriteLine(
            Report.Text($"\nThe decrease at the threshold, for L_max from 0.003/β to 0.1/β, goes as L_max^({Report.Text(exponent)})."));

        double[] gradients = [.. Enumerable.Range(0, 41).Select(i => i * 0.05)];
        new Chart(
            "Theorem 1: what one step does to f, by the size of the gradient",
            "‖∇f(x)‖, in thresholds √(3 η_c β σ²)",
            "mean change of f, by (L_max)²")
        {
            XRange = (0, 2),
            YRange = (-8, 4),
        }.Save(
            picture,
            [.. Drawn.Select(maximum => new Series(
                Report.Text($"L_max = {maximum}/β"),
                [.. gradients.Select(
                    gradient => (gradient, LargeGradient.ChangeOfOneStep(maximum, gradient, Walks / 5).Mean / (maximum * maximum)))],
                IsDashed: maximum >= 1))]);
    }
}
