using System.Globalization;
using Plrs.MLNet.Schedules;

namespace TensorDecomposition;

/// <summary>The runs of one method from several seeds, and what they come to.</summary>
internal sealed record Comparison(Descent Method, string Gradient, Run[] Runs)
{
    /// <summary>The error at which a run counts as done.</summary>
    public const double Limit = 0.1;

    // Where the error is 0 but for rounding, its logarithm is noise.
    private const double Floor = 1e-12;

    /// <summary>
    /// PLRS by the paper's bounds, a constant rate in their middle, without noise and with it, and a low constant rate with noise.
    /// </summary>
    public static Descent[] Methods { get; } =
    [
        new("PLRS U[0.007, 0.01]", seed => new PlrsSchedule(0.007, 0.01, seed)),
        new("SGD, 0.0085", _ => new ConstantSchedule(0.0085)),
        new("noisy SGD, 0.0085", _ => new ConstantSchedule(0.0085), HasNoise: true),
        new("noisy SGD, 0.001", _ => new ConstantSchedule(0.001), HasNoise: true),
    ];

    /// <summary>
    /// The table's columns, of which the last is the share of iterations in which the error rose, of those until it was below 0.1.
    /// </summary>
    public static string[] TableHeader { get; } =
    [
        "gradient", "method", "runs", "below 0.1", "after (median)", "fewest", "most", "last error", "deviation", "rises",
    ];

    /// <summary>The columns of the curves.</summary>
    public static string[] CurveHeader { get; } =
        ["gradient", "method", "iteration", "error (geometric mean)", "less one standard deviation", "plus one"];

    /// <summary>Runs a method from the seeds 1, 2 and so on.</summary>
    public static Comparison Of(Descent method, int seeds, int iterations, int? batchSize) => new(
        method,
        batchSize is { } count ? string.Create(CultureInfo.InvariantCulture, $"{count} samples a step") : "exact",
        [.. Enumerable.Range(1, seeds).AsParallel().AsOrdered().Select(seed => method.Execute(seed, iterations, batchSize))]);

    /// <summary>A row of the table.</summary>
    public string[] TableRow()
    {
        int[] done = [.. Runs.Select(run => run.IterationsTo(Limit)).OfType<int>().Order()];
        var (mean, deviation) = Spread([.. Runs.Select(run => run.LastError)]);
        string[] iterations = done.Length > 0 ? [Text($"{done[done.Length / 2]}"), Text($"{done[0]}"), Text($"{done[^1]}")] : ["", "", ""];
        return [
            Gradient,
            Method.Name,
            Text($"{Runs.Length}"),
            Text($"{done.Length}"),
            .. iterations,
            Text($"{mean:G3}"),
            Text($"{deviation:G2}"),
            Text($"{Runs.Average(run => run.ShareOfRises(Limit)):P1}"),
        ];
    }

    /// <summary>The error by iteration: the mean of its decimal logarithm over the seeds, and the standard deviation.</summary>
    public (double Mean, double Deviation)[] Curve() =>
        [.. Enumerable.Range(0, Runs[0].Errors.Length)
            .Select(i => Spread([.. Runs.Select(run => Math.Log10(Math.Max(Floor, run.Errors[i])))]))];

    /// <summary>The rows of the curve.</summary>
    public IEnumerable<string[]> CurveRows() => Curve().Select((point, i) => (string[])
        [
            Gradient,
            Method.Name,
            Text($"{i}"),
            Text($"{Math.Pow(10, point.Mean):G4}"),
            Text($"{Math.Pow(10, point.Mean - point.Deviation):G4}"),
            Text($"{Math.Pow(10, point.Mean + point.Deviation):G4}"),
        ]);

    private static (double Mean, double Deviation) Spread(double[] values)
    {
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, values.Length - 1)));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
