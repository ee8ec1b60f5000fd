using System.Globalization;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Schedules;

/// <summary>
/// How <see cref="PlrsSchedule"/> draws a rate between its bounds: one of <see cref="Uniform"/>, which is the paper's,
/// <see cref="LogUniform"/>, <see cref="Triangular"/> and <see cref="TruncatedNormal"/>, or one of your own. All but the first are beyond
/// the paper: its theorems do not speak of them.
/// </summary>
/// <example>
/// <code>var schedule = new PlrsSchedule(0.001, 0.1) { Distribution = LearningRateDistribution.LogUniform };</code>
/// </example>
public abstract record LearningRateDistribution
{
    /// <summary>
    /// All rates alike: η = L_min + (L_max − L_min)·u. The mean is the middle of the bounds, the variance (L_max − L_min)²/12.
    /// </summary>
    public static LearningRateDistribution Uniform { get; } = new UniformDistribution();

    /// <summary>
    /// All orders of magnitude alike: η = L_min·(L_max/L_min)^u, for bounds that lie far apart. The median is their geometric mean.
    /// </summary>
    public static LearningRateDistribution LogUniform { get; } = new LogUniformDistribution();

    /// <summary>
    /// The middle most often, the bounds never: the sum of two uniform draws of half the width. The variance is (L_max − L_min)²/24.
    /// </summary>
    public static LearningRateDistribution Triangular { get; } = new TriangularDistribution();

    /// <summary>A normal distribution about the middle of the bounds, cut off at them.</summary>
    /// <param name="relativeDeviation">
    /// The standard deviation before the cut, as a share of L_max − L_min: from 0.01 to 10; 0.25 by default, which cuts off 5 %.
    /// </param>
    /// <returns>The distribution.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="relativeDeviation"/> is not in its range.</exception>
    public static LearningRateDistribution TruncatedNormal(double relativeDeviation = 0.25) => new NormalDistribution(
        relativeDeviation is >= 0.01 and <= 10
            ? relativeDeviation
            : throw ArgumentChecks.Refused(nameof(relativeDeviation), relativeDeviation, "from 0.01 to 10"));

    /// <summary>The rate of a draw: the distribution's quantile function.</summary>
    /// <param name="draw">u, at least 0 and less than 1; uniformly distributed, and the same for the same seed and step.</param>
    /// <param name="minimumLearningRate">L_min.</param>
    /// <param name="maximumLearningRate">L_max.</param>
    /// <returns>The rate. One outside the bounds gives way to the nearer one; NaN ends the training with an error.</returns>
    public abstract double GetLearningRate(double draw, double minimumLearningRate, double maximumLearningRate);

    /// <summary>A rate at a share of the way from one bound to the other.</summary>
    private protected static double Between(double minimum, double maximum, double share) => minimum + ((maximum - minimum) * share);

    private sealed record UniformDistribution : LearningRateDistribution
    {
        public override double GetLearningRate(double draw, double minimumLearningRate, double maximumLearningRate) =>
            Between(minimumLearningRate, maximumLearningRate, draw);

        public override string ToString() => "U";
    }

    private sealed record LogUniformDistribution : LearningRateDistribution
    {
        public override double GetLearningRate(double draw, double minimumLearningRate, double maximumLearningRate) =>
            minimumLearningRate * Math.Pow(maximumLearningRate / minimumLearningRate, draw);

        public override string ToString() => "log-uniform";
    }

    private sealed record TriangularDistribution : LearningRateDistribution
    {
        public override double GetLearningRate(double draw, double minimumLearningRate, double maximumLearningRate) =>
            Between(minimumLearningRate, maximumLearningRate, draw < 0.5 ? Math.Sqrt(draw / 2) : 1 - Math.Sqrt((1 - draw) / 2));

        public override string ToString() => "triangular";
    }

    private sealed record NormalDistribution(double RelativeDeviation) : LearningRateDistribution
    {
        // What a normal distribution has below the lower bound, and so above the upper one.
        private readonly double _cut = NormalQuantile.ShareBelow(-0.5 / RelativeDeviation);

        public override double GetLearningRate(double draw, double minimumLearningRate, double maximumLearningRate) => Between(
            minimumLearningRate, maximumLearningRate, 0.5 + (RelativeDeviation * NormalQuantile.At(_cut + ((1 - (2 * _cut)) * draw))));

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"normal({RelativeDeviation})");
    }
}
