using Plrs.MLNet.Experiments.Comparisons.Reports;

namespace Plrs.MLNet.Tests.Examples;

[TestClass]
public sealed class SpikesTests
{
    [TestMethod]
    public void ALeapIsOneSpikeWithAllThatFollowsIt()
    {
        var losses = Noise(300);
        losses[120] = 2.5f;
        losses[121] = 3;
        losses[150] = 2.5f;
        losses[200] = 2.5f;

        Assert.AreEqual(2, Spikes.Count(losses));
    }

    [TestMethod]
    public void NoiseFallingLossesAndTheBeginningAreNone()
    {
        var falling = Noise(300).Index().Select(loss => loss.Item - (loss.Index / 300f)).Cast<float?>().ToList();
        falling[20] = 9;

        Assert.AreEqual(0, Spikes.Count(Noise(300)));
        Assert.AreEqual(0, Spikes.Count(falling));
        Assert.AreEqual(0, Spikes.Count([9, 1, 9]));
    }

    [TestMethod]
    public void LossesThatAreNotKnownAreLeftOut()
    {
        var losses = Noise(300);
        losses[100] = null;
        losses[120] = null;
        losses[130] = 2.5f;

        Assert.AreEqual(1, Spikes.Count(losses));
    }

    [TestMethod]
    public void AnAxisHasRoundMarksAroundItsNumbers()
    {
        var losses = new Axis(0, 2.31);
        CollectionAssert.AreEqual(new[] { 0, 0.5, 1, 1.5, 2, 2.5 }, losses.Marks.ToArray());
        Assert.AreEqual((0.0, 2.5, 1), (losses.Lowest, losses.Highest, losses.Decimals));
        CollectionAssert.AreEqual(new[] { 5.0, 10, 15, 20, 25, 30 }, new Axis(1, 30, isOfWholes: true).Marks.ToArray());
        CollectionAssert.AreEqual(new[] { 1.0, 2 }, new Axis(1, 2, isOfWholes: true).Marks.ToArray());
        Assert.IsNotEmpty(new Axis(0.5, 0.5).Marks);
    }

    /// <summary>Losses around 1 that go up and down by a tenth, with a little more here and there.</summary>
    private static List<float?> Noise(int count) =>
        [.. Enumerable.Range(0, count).Select(i => (float?)(1 + (0.1 * Math.Sin(i)) + (0.1 * Math.Sin(7.3 * i))))];
}
