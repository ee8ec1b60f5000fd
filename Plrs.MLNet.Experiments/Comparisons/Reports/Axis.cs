namespace Plrs.MLNet.Experiments.Comparisons.Reports;

/// <summary>A straight scale between two numbers, with round marks.</summary>
internal sealed class Axis
{
    private const int MostMarks = 6;

    private static readonly double[] Steps =
    [
        .. from power in Enumerable.Range(-9, 18) from step in new[] { 1, 2, 5 } select step * Math.Pow(10, power),
    ];

    /// <param name="lowest">The lowest number that is to be on it.</param>
    /// <param name="highest">The highest one.</param>
    /// <param name="isOfWholes">Whether its marks are whole numbers.</param>
    public Axis(double lowest, double highest, bool isOfWholes = false)
    {
        var length = highest > lowest ? highest - lowest : Math.Max(Math.Abs(highest), 1e-3);
        var step = Steps.First(step => length / step <= MostMarks && (!isOfWholes || step >= 1));
        Lowest = isOfWholes ? lowest : step * Math.Floor((lowest / step) + 1e-9);
        Highest = isOfWholes ? highest : step * Math.Ceiling((lowest + length) / step - 1e-9);
        Marks = [.. Enumerable.Range(0, MostMarks + 2).Select(i => (Math.Ceiling((Lowest / step) - 1e-9) + i) * step)
            .Where(mark => mark <= Highest + (1e-9 * step) && (!isOfWholes || mark == Math.Round(mark)))];
        Decimals = Math.Max(0, (int)Math.Ceiling(-Math.Log10(step) - 1e-9));
    }

    public double Lowest { get; }

    public double Highest { get; }

    public IReadOnlyList<double> Marks { get; }

    /// <summary>The decimals that tell the marks apart.</summary>
    public int Decimals { get; }

    /// <summary>Where a number lies, from 0 to 1.</summary>
    public double Share(double value) => Highest > Lowest ? (value - Lowest) / (Highest - Lowest) : 0.5;
}
