namespace Plrs.MLNet.Tests.RangeTest;

/// <summary>
/// What the range test proposes on quadratic functions, over many draws of the noise. Above 2.33/β, rates from U[0.7 L_max, L_max] diverge.
/// </summary>
[TestClass]
public sealed class QuadraticRangeTests
{
    private const int Sweeps = 200;
    private const double Smoothness = 10;
    private const double Edge = 2.33;

    [TestMethod]
    [DataRow(60)]
    [DataRow(120)]
    [DataRow(240)]
    [DataRow(480)]
    public void TheMiddleProposalIsAboutTheEdgeHoweverManySteps(int steps)
    {
        var maxima = Maxima(new PlrsRangeTestOptions { Steps = steps });

        Assert.IsInRange(1, 2.6, maxima[Sweeps / 2]);
    }

    [TestMethod]
    public void OneOfEightSweepsProposesTooMuchAndNoneFarTooMuch()
    {
        var maxima = Maxima(new PlrsRangeTestOptions());

        Assert.IsLessThanOrEqualTo(Sweeps / 7, maxima.Count(maximum => maximum > Edge));
        Assert.IsLessThan(3, maxima[^1]);
        Assert.IsGreaterThan(1, maxima[0]);
    }

    [TestMethod]
    public void TheMedianOfThreeSweepsIsSafer()
    {
        double[] medians = [.. Enumerable.Range(0, Sweeps)
            .Select(i => Smoothness * PlrsRangeTest.RunSeeds(seed => Loops.Quadratic(Smoothness, (3 * i) + seed)).MaximumLearningRate)];

        Assert.IsLessThanOrEqualTo(Sweeps / 20, medians.Count(maximum => maximum > Edge));
        Assert.IsLessThan(3, medians.Max());
    }

    /// <summary>L_max·β of all sweeps, rising.</summary>
    private static double[] Maxima(PlrsRangeTestOptions options) =>
        [.. Enumerable.Range(0, Sweeps)
            .Select(seed => Smoothness * PlrsRangeTest.Run(Loops.Quadratic(Smoothness, seed), options).MaximumLearningRate).Order()];
}
