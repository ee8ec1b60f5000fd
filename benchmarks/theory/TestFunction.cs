namespace Plrs.MLNet.Theory;

/// <summary>
/// f(x) = ½ Σ λ_i x_i² + ¼ q x_d⁴: with q = 0 and positive curvatures it is a bowl, with λ_d &lt; 0 and q &gt; 0 it has a strict saddle at
/// 0 and two minima beside it.
/// </summary>
/// <param name="curvatures">The λ_i.</param>
/// <param name="quartic">q.</param>
internal sealed class TestFunction(double[] curvatures, double quartic = 0)
{
    public int Dimension => curvatures.Length;

    /// <summary>A bowl whose curvatures lie evenly between α and β: β-smooth and α-strongly convex.</summary>
    public static TestFunction Bowl(int dimension, double alpha, double beta) =>
        new([.. Enumerable.Range(0, dimension).Select(i => alpha + ((beta - alpha) * i / (dimension - 1)))]);

    /// <summary>
    /// A saddle: curvature 1 in all directions but the last, which has −γ. Its minima lie √γ away, γ²/4 lower; up to there it is 1-smooth
    /// for γ ≤ ½.
    /// </summary>
    public static TestFunction Saddle(int dimension, double gamma) => new([.. Enumerable.Repeat(1.0, dimension - 1), -gamma], quartic: 1);

    public double Value(double[] x)
    {
        var value = quartic / 4 * Math.Pow(x[^1], 4);
        for (var i = 0; i < x.Length; i++)
        {
            value += curvatures[i] / 2 * x[i] * x[i];
        }

        return value;
    }

    /// <summary>One entry of the gradient; it depends on that entry of x alone.</summary>
    public double Slope(int i, double[] x) => (curvatures[i] * x[i]) + (i == x.Length - 1 ? quartic * x[i] * x[i] * x[i] : 0);
}
