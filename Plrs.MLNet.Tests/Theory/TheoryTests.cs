using System.Xml.Linq;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Theory;

namespace Plrs.MLNet.Tests.Theory;

/// <summary>What benchmarks/theory measures, on few and short walks.</summary>
[TestClass]
public sealed class TheoryTests
{
    [TestMethod]
    public void TheUpdateNoiseHasTheMeanZero()
    {
        var noise = UpdateNoise.Measure([10, 0, 0, 0], new PlrsSchedule(0.07, 0.1, seed: 1), sigma: 1, draws: 50_000, seed: 1);

        Assert.IsTrue(noise.Means.All(mean => mean.Contains(0)), string.Join(", ", noise.Means));
        Assert.AreEqual((0.0009 / 12 * 101) + (0.085 * 0.085), noise.SquaredLength, 2e-4);
        Assert.IsInRange(7e-4, 1.5e-3, noise.Means[0].HalfWidth);
    }

    [TestMethod]
    public void TheUpdateNoiseOfADistributionWhoseMeanIsNotTheMiddleHasAMean()
    {
        var schedule = new PlrsSchedule(0.01, 0.1, seed: 1) { Distribution = LearningRateDistribution.LogUniform };

        var noise = UpdateNoise.Measure([10, 0, 0, 0], schedule, sigma: 1, draws: 50_000, seed: 1);

        Assert.IsTrue(noise.Means[0].Contains(10 * (0.055 - (0.09 / Math.Log(10)))), noise.Means[0].ToString());
        Assert.IsFalse(noise.Means[0].Contains(0));
    }

    [TestMethod]
    [DataRow(0.1, 1.0)]
    [DataRow(0.9, 1.0)]
    [DataRow(2.4, 1.0)]
    [DataRow(0.5, 0.2)]
    public void AStepChangesTheFunctionByItsExactExpectation(double maximum, double thresholds)
    {
        var gradient = thresholds * LargeGradient.Threshold(maximum);
        var mean = 0.85 * maximum;
        var square = (mean * mean) + (0.09 * maximum * maximum / 12);
        var expected = (square / 2 * ((gradient * gradient) + 1)) - (mean * gradient * gradient);

        var change = LargeGradient.ChangeOfOneStep(maximum, thresholds, walks: 20_000);

        Assert.IsTrue(change.Contains(expected), $"{change}, {expected}");
        Assert.AreEqual(maximum < 1 && thresholds >= 1, change.Mean + change.HalfWidth < 0);
        Assert.AreEqual(thresholds > LargeGradient.TrueThreshold(maximum), expected < 0);
    }

    [TestMethod]
    public void NoiseOfTheGradientLeavesTheSaddle()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            Assert.IsInRange(50, 400, Steps(new PlrsSchedule(0.07, 0.1, seed), SaddleEscape.Sigma, SaddleEscape.Start(0, 0), seed) ?? 0);
            Assert.IsInRange(50, 400, Steps(new ConstantSchedule(0.085), SaddleEscape.Sigma, SaddleEscape.Start(0, 1), seed) ?? 0);
        }
    }

    [TestMethod]
    public void RatesThatAreDrawnDoNotLeaveItWithoutThatNoise()
    {
        foreach (var schedule in new ILearningRateSchedule[] { new PlrsSchedule(0.07, 0.1, seed: 1), new ConstantSchedule(0.085) })
        {
            Assert.IsNull(Steps(schedule, sigma: 0, SaddleEscape.Start(0, 0)));
            Assert.IsNull(Steps(schedule, sigma: 0, SaddleEscape.Start(0, 1)));
            Assert.IsInRange(600, 700, Steps(schedule, sigma: 0, SaddleEscape.Start(1e-12, 1)) ?? 0);
        }
    }

    [TestMethod]
    public void TheMeanOfTheFunctionFallsBeforeAWalkEscapes() =>
        Assert.IsInRange(5, 40, SaddleEscape.StepsOfTheMean(seed => new PlrsSchedule(0.07, 0.1, seed), walks: 400, limit: 100));

    [TestMethod]
    public void LowRatesStayNearAMinimumAndHighOnesDoNot()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var (stayed, squared) = Neighbourhood.Stay(new PlrsSchedule(0.07, 0.1, seed), seed, limit: 1000);
            Assert.AreEqual(1000, stayed);
            Assert.IsInRange(0.03, 0.12, squared);
            Assert.IsLessThan(100, Neighbourhood.Stay(new PlrsSchedule(0.7, 1, seed), seed, limit: 1000).Stayed);
        }
    }

    [TestMethod]
    public void AveragesComeNearerToTheMinimumThanTheLastStep()
    {
        WeightAveraging[] averagings = [WeightAveraging.None, WeightAveraging.Exponential(), WeightAveraging.Uniform(fromEpoch: 0)];
        int[] at = [1, 2, 3000];
        var walks = Enumerable.Range(1, 20)
            .Select(seed => Neighbourhood.SquaredDistances(averagings, new PlrsSchedule(0.07, 0.1, seed), seed, at)).ToArray();

        double[] last = [.. averagings.Select((_, a) => walks.Average(walk => walk[a][2]))];

        Assert.IsInRange(0.03, 0.09, last[0]);
        Assert.IsInRange(0.1 * last[0], 0.4 * last[0], last[1]);
        Assert.IsLessThan(0.03 * last[0], last[2]);
        Assert.AreEqual(walks[0][0][0], walks[0][2][0], 1e-15); // The mean of one step is that step.
        Assert.AreNotEqual(walks[0][0][1], walks[0][2][1], 1e-6);
    }

    [TestMethod]
    public void ExponentsAndIntervalsAreThoseOfKnownNumbers()
    {
        var exponent = Estimate.Exponent([(1, 3), (2, 0.75), (4, 3.0 / 16)]);
        var mean = Estimate.Of([1, 2, 3, 4]);

        Assert.AreEqual(-2, exponent.Mean, 1e-12);
        Assert.AreEqual(0, exponent.HalfWidth, 1e-6);
        Assert.AreEqual(2.5, mean.Mean);
        Assert.AreEqual(2.5758 * Math.Sqrt(1.25 / 4), mean.HalfWidth, 1e-12);
        Assert.IsTrue(mean.Contains(3.9) && !mean.Contains(4));
    }

    [TestMethod]
    public void AChartIsXmlWithAPlaceForEveryPoint()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("chart.svg");

        new Chart("a < b", "x", "y") { IsYLogarithmic = true, XRange = (0, 2), YRange = (0.1, 10) }.Save(
            path, new Series("line", [(0, 10), (1, 1), (2, 0.1)]), new Series("dots", [(1, 1)], IsDots: true));

        var svg = XDocument.Load(path).Root!;
        var paths = svg.Elements().Where(element => element.Attribute("clip-path") is not null)
            .Select(element => element.Attribute("d")!.Value).ToArray();
        CollectionAssert.AreEqual(new[] { "M74.0 44.0L334.0 195.0L594.0 346.0", "M334.0 195.0h0" }, paths);
        CollectionAssert.IsSubsetOf(
            new[] { "a < b", "x", "y", "line", "dots", "0.1", "1", "10", "0", "2" },
            svg.Elements().Select(element => element.Value).ToArray());
    }

    private static int? Steps(ILearningRateSchedule schedule, double sigma, double[] start, int seed = 1) =>
        SaddleEscape.Steps(schedule, sigma, seed, start, limit: 5000);
}
