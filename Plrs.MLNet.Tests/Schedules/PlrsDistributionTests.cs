using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Tests.Schedules;

/// <summary>
/// PLRS's draws against the distribution of the paper. The seeds are fixed, so each test gives the same figure in every run.
/// </summary>
[TestClass]
public sealed class PlrsDistributionTests
{
    private const int Draws = 100_000;

    [TestMethod]
    [DataRow(0.07, 0.1, 1)]
    [DataRow(0.1, 0.2, -42)]
    [DataRow(1e-6, 1.0, int.MaxValue)]
    public void MeanAndVarianceAreThoseOfTheUniformDistribution(double minimum, double maximum, int seed)
    {
        var rates = Rates(minimum, maximum, seed);
        var variance = (maximum - minimum) * (maximum - minimum) / 12;
        var mean = rates.Average();
        var measured = rates.Sum(rate => (rate - mean) * (rate - mean)) / (Draws - 1);

        // Four standard errors; a uniform sample's variance has the relative standard error sqrt((9/5 − 1)/n).
        Assert.AreEqual((minimum + maximum) / 2, mean, 4 * Math.Sqrt(variance / Draws));
        Assert.AreEqual(1, measured / variance, 4 * Math.Sqrt(0.8 / Draws));
    }

    [TestMethod]
    [DataRow(0.07, 0.1, 1)]
    [DataRow(0.35, 0.4, 7)]
    [DataRow(0.007, 0.01, 2024)]
    public void KolmogorovSmirnovFindsNoDifferenceFromTheUniformDistribution(double minimum, double maximum, int seed)
    {
        var rates = Rates(minimum, maximum, seed);
        Array.Sort(rates);
        var distance = 0.0;
        for (var i = 0; i < Draws; i++)
        {
            var expected = (rates[i] - minimum) / (maximum - minimum);
            distance = Math.Max(distance, Math.Max(((i + 1.0) / Draws) - expected, expected - ((double)i / Draws)));
        }

        // 1.628 is the critical value at the 1 % level.
        Assert.IsLessThan(1.628, distance * Math.Sqrt(Draws));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(64)]
    [DataRow(391)]
    [DataRow(1024)]
    public void DrawsAreNotCorrelatedInTime(int lag)
    {
        var rates = Rates(0.07, 0.1, seed: 11);
        Assert.AreEqual(0, Correlation(rates[..^lag], rates[lag..]), 4 / Math.Sqrt(Draws - lag));
    }

    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(1, 2)]
    [DataRow(1, -1)]
    [DataRow(0, 65536)]
    public void SeedsAreNotCorrelatedWithEachOther(int first, int second) =>
        Assert.AreEqual(0, Correlation(Rates(0.07, 0.1, first), Rates(0.07, 0.1, second)), 4 / Math.Sqrt(Draws));

    private static double[] Rates(double minimum, double maximum, int seed)
    {
        var schedule = new PlrsSchedule(minimum, maximum, seed);
        return [.. Enumerable.Range(0, Draws).Select(index => schedule.GetLearningRate(new TrainingStep(index, 391)))];
    }

    private static double Correlation(double[] left, double[] right)
    {
        var (leftMean, rightMean) = (left.Average(), right.Average());
        var covariance = left.Zip(right, (l, r) => (l - leftMean) * (r - rightMean)).Sum();
        return covariance / Math.Sqrt(left.Sum(l => (l - leftMean) * (l - leftMean)) * right.Sum(r => (r - rightMean) * (r - rightMean)));
    }
}
