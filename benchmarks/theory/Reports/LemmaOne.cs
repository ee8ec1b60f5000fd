using Plrs.MLNet.Benchmarks;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Theory.Reports;

/// <summary>Lemma 1: the mean of the update noise.</summary>
internal static class LemmaOne
{
    private const int Draws = 1_000_000;
    private const int Dimension = 10;
    private const double Sigma = 1;

    public static void Run(string picture)
    {
        Report.Title($"Lemma 1: the mean of w over {Draws:N0} draws, σ = {Sigma}, ten dimensions; ± is the 99 % confidence interval");
        var uniform = new PlrsSchedule(0.07, 0.1, seed: 1);
        var skewed = new PlrsSchedule(0.01, 0.1, seed: 1) { Distribution = LearningRateDistribution.LogUniform };
        var table = new MarkdownTable(
            "rates", "‖∇f(x)‖", "mean of w along ∇f(x)", "entries whose interval has 0", "mean of ‖w‖²", "by the formula");
        var large = Add(table, uniform, 10);
        Add(table, uniform, 1);
        Add(table, uniform, 0);
        Add(table, uniform with { Distribution = LearningRateDistribution.Triangular }, 10);
        var biased = Add(table, skewed, 10);
        table.Print();

        new Chart("Lemma 1: the mean of the update noise along the gradient, ‖∇f(x)‖ = 10", "draws", "|mean of w|")
        {
            IsXLogarithmic = true,
            IsYLogarithmic = true,
            XRange = (10, Draws),
            YRange = (1e-6, 1),
        }.Save(
            picture,
            new("U[0.07, 0.1]", [.. large.Running.Select(point => (point.Draws, Math.Abs(point.First.Mean)))]),
            new(
                "half of its 99 % interval",
                [.. large.Running.Select(point => (point.Draws, point.First.HalfWidth))],
                IsDashed: true,
                Color: "#1f77b4"),
            new(
                "log-uniform [0.01, 0.1]",
                [.. biased.Running.Select(point => (point.Draws, Math.Abs(point.First.Mean)))],
                Color: "#d95f02"),
            new(
                "half of its 99 % interval",
                [.. biased.Running.Select(point => (point.Draws, point.First.HalfWidth))],
                IsDashed: true,
                Color: "#d95f02"));
    }

    private static UpdateNoise.Measurement Add(MarkdownTable table, PlrsSchedule schedule, double length)
    {
        var gradient = new double[Dimension];
        gradient[0] = length;
        var noise = UpdateNoise.Measure(gradient, schedule, Sigma, Draws, seed: 1);
        table.Add(
            Report.Text($"{schedule.Distribution}[{schedule.MinimumLearningRate}, {schedule.MaximumLearningRate}]"),
            Report.Text($"{length}"),
            Report.Text(noise.Means[0]),
            Report.Text($"{noise.Means.Count(mean => mean.Contains(0))} of {Dimension}"),
            Report.Text($"{noise.SquaredLength:G4}"),
            schedule.Distribution == LearningRateDistribution.Uniform ? Report.Text($"{SquaredLength(schedule, length):G4}") : "");
        return noise;
    }

    /// <summary>E‖w‖² = Var(η)·(‖∇f(x)‖² + σ²) + η_c²·σ².</summary>
    private static double SquaredLength(PlrsSchedule schedule, double length)
    {
        var middle = (schedule.MinimumLearningRate + schedule.MaximumLearningRate) / 2;
        var variance = Math.Pow(schedule.MaximumLearningRate - schedule.MinimumLearningRate, 2) / 12;
        return (variance * ((length * length) + (Sigma * Sigma))) + (middle * middle * Sigma * Sigma);
    }
}
