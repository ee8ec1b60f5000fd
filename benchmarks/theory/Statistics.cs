namespace Plrs.MLNet.Theory;

/// <summary>A mean with half the width of its 99 % confidence interval.</summary>
internal readonly record struct Estimate(double Mean, double HalfWidth)
{
    private const double Deviations = 2.5758;

    public static Estimate Of(double sum, double sumOfSquares, long count) =>
        new(sum / count, Deviations * Math.Sqrt(Math.Max(0, (sumOfSquares / count) - (sum / count * (sum / count))) / count));

    public static Estimate Of(double[] values) => Of(values.Sum(), values.Sum(value => value * value), values.Length);

    /// <summary>The exponent p of y = c·x^p, by least squares on the logarithms.</summary>
    public static Estimate Exponent(IReadOnlyCollection<(double X, double Y)> points)
    {
        var (x, y) = (points.Average(point => Math.Log(point.X)), points.Average(point => Math.Log(point.Y)));
        var squares = points.Sum(point => Square(Math.Log(point.X) - x));
        var exponent = points.Sum(point => (Math.Log(point.X) - x) * (Math.Log(point.Y) - y)) / squares;
        var rest = points.Sum(point => Square(Math.Log(point.Y) - y - (exponent * (Math.Log(point.X) - x))));
        return new(exponent, Deviations * Math.Sqrt(rest / (points.Count - 2) / squares));
    }

    public bool Contains(double value) => Math.Abs(value - Mean) <= HalfWidth;

    private static double Square(double value) => value * value;
}
