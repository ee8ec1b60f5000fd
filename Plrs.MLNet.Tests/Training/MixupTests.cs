using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class MixupTests
{
    private const int Draws = 20_000;

    [TestMethod]
    [DataRow(0.1)]
    [DataRow(0.2)]
    [DataRow(0.5)]
    [DataRow(1.0)]
    [DataRow(4.0)]
    public void SharesHaveTheMomentsOfTheBetaDistribution(double alpha)
    {
        var shares = Shares(alpha);

        Assert.IsTrue(Array.TrueForAll(shares, share => share is >= 0.5 and <= 1));

        // Of λ and of 1 − λ these are the same. The mean and the square's mean of λ (1 − λ) for Beta(α, α).
        var mean = alpha / (2 * ((2 * alpha) + 1));
        var square = alpha * (alpha + 1) * alpha * (alpha + 1) / (2 * alpha * ((2 * alpha) + 1) * ((2 * alpha) + 2) * ((2 * alpha) + 3));
        Assert.AreEqual(mean, shares.Average(share => share * (1 - share)), 5 * Math.Sqrt((square - (mean * mean)) / Draws));
        Assert.AreEqual(square, shares.Average(share => share * share * (1 - share) * (1 - share)), 0.02 * mean);
    }

    [TestMethod]
    public void WithAnAlphaOfOneTheyAreUniform()
    {
        var shares = Shares(1).Order().ToArray();

        Assert.IsLessThan(0.015, shares.Index().Max(entry => Math.Abs((2 * (entry.Item - 0.5)) - ((entry.Index + 0.5) / Draws))));
    }

    [TestMethod]
    [DataRow(1e-9)]
    [DataRow(1e9)]
    public void ExtremeAlphasGiveNumbers(double alpha)
    {
        Assert.IsTrue(Array.TrueForAll(Shares(alpha), share => share is >= 0.5 and <= 1));
        Assert.AreEqual(alpha < 1 ? 1 : 0.5, Mixup.DrawShare(alpha, seed: 1, step: 0), 1e-3);
    }

    [TestMethod]
    public void EveryImageIsPartnerOnceAndAnotherStepOrSeedHasOtherPartners()
    {
        var mixup = Mixup.Draw(0.4, images: 50, seed: 1, step: 7);

        CollectionAssert.AreEquivalent(Enumerable.Range(0, 50).ToArray(), mixup.Partners);
        CollectionAssert.AreEqual(mixup.Partners, Mixup.Draw(0.4, images: 50, seed: 1, step: 7).Partners);
        Assert.AreEqual(mixup.Share, Mixup.Draw(0.4, images: 50, seed: 1, step: 7).Share);
        foreach (var other in new[] { Mixup.Draw(0.4, images: 50, seed: 2, step: 7), Mixup.Draw(0.4, images: 50, seed: 1, step: 8) })
        {
            CollectionAssert.AreNotEqual(mixup.Partners, other.Partners);
            Assert.AreNotEqual(mixup.Share, other.Share);
        }
    }

    private static double[] Shares(double alpha) => [.. Enumerable.Range(0, Draws).Select(step => Mixup.DrawShare(alpha, seed: 1, step))];
}
