namespace Plrs.MLNet.Tests.RangeTest;

/// <summary>Training loops of a few numbers, as functions of the rate to the loss before the update.</summary>
internal static class Loops
{
    /// <summary>
    /// Stochastic gradient descent on a quadratic function: it diverges above the rate 2/<paramref name="smoothness"/>, and at no other.
    /// </summary>
    public static Func<double, double> Quadratic(double smoothness, int seed = 4)
    {
        var random = new Random(seed);
        double[] curvatures = [smoothness, smoothness / 4, smoothness / 10];
        double[] weights = [1, 1, 1];
        return rate =>
        {
            var loss = 0.0;
            for (var i = 0; i < weights.Length; i++)
            {
                var noise = smoothness / 5 * (random.NextDouble() - 0.5);
                loss += curvatures[i] * weights[i] * weights[i] / 2;
                weights[i] -= rate * ((curvatures[i] * weights[i]) + noise);
            }

            return loss;
        };
    }

    /// <summary>Losses that depend on no rate, and scatter.</summary>
    public static Func<double, double> Scattered(double mean, double width)
    {
        var random = new Random(4);
        return _ => mean + (width * (random.NextDouble() - 0.5));
    }

    /// <summary>A loss that falls by a share of itself in each step, until a rate at which it is infinite.</summary>
    public static Func<double, double> Falling(double infiniteAt = double.PositiveInfinity)
    {
        var loss = 2.0;
        return rate => rate >= infiniteAt ? double.PositiveInfinity : loss *= 0.98;
    }
}
