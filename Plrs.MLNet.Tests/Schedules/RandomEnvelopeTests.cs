using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Tests.Schedules;

/// <summary>PLRS whose envelope draws as well: both get the seed, and neither draws what the other does.</summary>
[TestClass]
public sealed class RandomEnvelopeTests
{
    private const int Draws = 100_000;

    private static readonly PlrsSchedule Unseeded = new(0.5, 1.5);

    public static IEnumerable<(ILearningRateSchedule Schedule, int Factors)> OfOneSeed =>
    [
        (new PlrsSchedule(0.5, 1.5, seed: 1) { Envelope = new PlrsSchedule(0.5, 1.5, seed: 1) }, 2),
        (PlrsSchedule.Around(PlrsSchedule.Around(new ConstantSchedule(1), 0.5, seed: 1), 0.5, seed: 1), 2),
        ((Unseeded with { Envelope = Unseeded with { Envelope = Unseeded } }).WithDefaultSeed(1), 3),
        (Unseeded with { Envelope = WarmUpSchedule.ForSteps(1, Unseeded) }, 2),
    ];

    [TestMethod]
    [DynamicData(nameof(OfOneSeed))]
    public void WithOneSeedTheDrawsAreIndependent(ILearningRateSchedule schedule, int factors)
    {
        var rates = Rates(schedule);

        // Each factor has the mean 1 and the mean square 13/12.
        var square = Math.Pow(13.0 / 12, factors);
        Assert.AreEqual(1, rates.Average(), 4 * Math.Sqrt((square - 1) / Draws));
        Assert.AreEqual(square, rates.Average(rate => rate * rate), 0.02);
    }

    [TestMethod]
    public void TheTrainersSeedReachesAnEnvelopeThatHasNone()
    {
        var envelope = WarmUpSchedule.ForSteps(5, new PlrsSchedule(0.9, 1.1));
        var schedule = new PlrsSchedule(0.07, 0.1) { Envelope = envelope };

        var (one, other) = ((PlrsSchedule)schedule.WithDefaultSeed(1), (PlrsSchedule)schedule.WithDefaultSeed(2));

        Assert.AreEqual(1, ((ISeededSchedule)one.Envelope!).Seed);
        Assert.AreEqual(2, ((ISeededSchedule)other.Envelope!).Seed);
        CollectionAssert.AreNotEqual(Shares(one), Shares(other));
        Assert.AreEqual(
            "PLRS U[0.07, 0.1] × (linear warm-up over 5 steps, then PLRS U[0.9, 1.1], seed 1, redrawn every step), " +
            "seed 1, redrawn every step",
            one.ToString());

        static double[] Shares(PlrsSchedule schedule) =>
            [.. Rates(schedule).Zip(Rates(schedule with { Envelope = null }), (rate, drawn) => rate / drawn)];
    }

    [TestMethod]
    public void AnEnvelopeKeepsASeedOfItsOwnAndFollowsOneThatItWasGiven()
    {
        var own = new PlrsSchedule(0.07, 0.1, seed: 3) { Envelope = new PlrsSchedule(0.9, 1.1, seed: 8) };
        var given = new PlrsSchedule(0.07, 0.1, seed: 3) { Envelope = new PlrsSchedule(0.9, 1.1) };

        Assert.AreEqual(8, SeedOfEnvelope(own));
        Assert.AreEqual(8, SeedOfEnvelope(own.WithSeed(4)));
        Assert.AreEqual(3, SeedOfEnvelope(given));
        Assert.AreEqual(4, SeedOfEnvelope(given.WithSeed(4)));

        static int? SeedOfEnvelope(PlrsSchedule schedule) => ((PlrsSchedule)schedule.Envelope!).Seed;
    }

    [TestMethod]
    public void ASeededScheduleOfOnesOwnGetsTheSeedToo()
    {
        var schedule = (PlrsSchedule)new PlrsSchedule(0.07, 0.1) { Envelope = new Own(null) }.WithDefaultSeed(6);

        Assert.AreEqual(new Own(6), schedule.Envelope);
    }

    [TestMethod]
    public void TheLargestRateIsThatOfBothBoundsNotOfADraw()
    {
        var schedule = new PlrsSchedule(0.05, 0.1, seed: 1) { Envelope = WarmUpSchedule.ForSteps(2, new PlrsSchedule(0.5, 2)) };

        Assert.AreEqual(0.1 * 1, schedule.LargestLearningRate(new TrainingStep(0, 10)), 1e-12);
        Assert.AreEqual(0.1 * 2, schedule.LargestLearningRate(new TrainingStep(7, 10)), 1e-12);
    }

    private static double[] Rates(ILearningRateSchedule schedule) =>
        [.. Enumerable.Range(0, Draws).Select(i => schedule.GetLearningRate(new TrainingStep(i, stepsPerEpoch: 100)))];

    private sealed record Own(int? Seed) : ISeededSchedule
    {
        public double GetLearningRate(TrainingStep step) => 1;

        public ILearningRateSchedule WithSeed(int seed) => new Own(seed);
    }
}
