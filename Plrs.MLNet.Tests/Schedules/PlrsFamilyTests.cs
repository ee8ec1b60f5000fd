using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Tests.Schedules;

/// <summary>What goes beyond the paper: other distributions, envelopes, and other schedules in the middle.</summary>
[TestClass]
public sealed class PlrsFamilyTests
{
    private const int Draws = 100_000;
    private const double Minimum = 0.02;
    private const double Maximum = 0.1;

    /// <summary>
    /// Distributions, with the mean and the standard deviation of where they draw, as shares of the width; of the logarithm for the second.
    /// </summary>
    public static IEnumerable<(LearningRateDistribution Distribution, double Mean, double Deviation)> Distributions =>
    [
        (LearningRateDistribution.Uniform, 0.5, Math.Sqrt(1.0 / 12)),
        (LearningRateDistribution.LogUniform, 0.5, Math.Sqrt(1.0 / 12)),
        (LearningRateDistribution.Triangular, 0.5, Math.Sqrt(1.0 / 24)),

        // Of a normal distribution cut off at two standard deviations, and at five.
        (LearningRateDistribution.TruncatedNormal(), 0.5, 0.25 * Math.Sqrt(1 - (2 * 2 * 0.05399096651318806 / 0.9544997361036416))),
        (LearningRateDistribution.TruncatedNormal(0.1), 0.5, 0.1 * Math.Sqrt(1 - (2 * 5 * 1.4867195147342977e-06 / 0.9999994266968562))),
        (LearningRateDistribution.TruncatedNormal(10), 0.5, Math.Sqrt(1.0 / 12)),
    ];

    [TestMethod]
    [DynamicData(nameof(Distributions))]
    public void DrawsHaveTheMeanAndTheDeviationOfTheirDistributionWithinTheBounds(
        LearningRateDistribution distribution, double mean, double deviation)
    {
        var rates = Rates(new PlrsSchedule(Minimum, Maximum, seed: 1) { Distribution = distribution });
        var places =
            rates.Select(
                rate => distribution == LearningRateDistribution.LogUniform
                    ? Math.Log(rate / Minimum) / Math.Log(Maximum / Minimum)
                    : (rate - Minimum) / (Maximum - Minimum))
                .ToArray();

        Assert.IsTrue(Array.TrueForAll(rates, rate => rate is >= Minimum and <= Maximum));
        Assert.AreEqual(mean, places.Average(), 4 * deviation / Math.Sqrt(Draws));
        Assert.AreEqual(deviation, Math.Sqrt(places.Average(place => (place - mean) * (place - mean))), 0.01 * deviation);
    }

    [TestMethod]
    [DynamicData(nameof(Distributions))]
    public void HigherDrawsGiveHigherRates(LearningRateDistribution distribution, double mean, double deviation)
    {
        var rates = Enumerable.Range(0, 1000).Select(i => distribution.GetLearningRate(i / 1000.0, Minimum, Maximum)).ToArray();

        CollectionAssert.AreEqual(rates.Order().ToArray(), rates);
        Assert.HasCount(1000, rates.Distinct().ToArray());
        Assert.AreEqual(Minimum, rates[0], 1e-9);
        Assert.IsGreaterThan(0.0, mean * deviation);
    }

    [TestMethod]
    public void ADistributionOfOnesOwnIsHeldToTheBounds()
    {
        var schedule = new PlrsSchedule(Minimum, Maximum) { Distribution = new TooWide() };

        Assert.AreEqual(
            "0.02 0.1", string.Join(' ', Rates(schedule).Distinct().Order().Select(rate => FormattableString.Invariant($"{rate:G6}"))));
        Assert.AreEqual("PLRS too wide[0.02, 0.1], redrawn every step", schedule.ToString());
    }

    [TestMethod]
    public void ADistributionThatGivesNoNumberEndsTheTraining()
    {
        var schedule = new PlrsSchedule(Minimum, Maximum, seed: 1) { Distribution = new NoNumber() };

        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => schedule.GetCheckedLearningRate(new TrainingStep(3, stepsPerEpoch: 2)));

        Assert.AreEqual(
            "The schedule PLRS no number[0.02, 0.1], seed 1, redrawn every step gave the learning rate NaN for step 3 (epoch 1); " +
            "a learning rate must be at least 0 and finite in single precision.",
            error.Message);
    }

    [TestMethod]
    public void AnEnvelopeScalesTheDrawsOfThePaper()
    {
        var plain = new PlrsSchedule(Minimum, Maximum, seed: 3);
        var envelope = DecaySchedule.Cosine(1, 0.25, totalEpochs: 4);
        var scaled = plain with { Envelope = envelope };
        for (var i = 0; i < 50; i++)
        {
            var step = new TrainingStep(i, stepsPerEpoch: 10);
            Assert.AreEqual(plain.GetLearningRate(step) * envelope.GetLearningRate(step), scaled.GetLearningRate(step));
        }

        Assert.AreEqual(4, ((IPlannedSchedule)scaled).TotalEpochs);
        Assert.IsNull(((IPlannedSchedule)plain).TotalEpochs);
        Assert.AreEqual("PLRS U[0.02, 0.1] × (cosine, 1 to 0.25 over 4 epochs), seed 3, redrawn every step", scaled.ToString());
    }

    [TestMethod]
    public void AroundAnotherScheduleTheBoundsFollowItsRates()
    {
        var center = new MultiStepSchedule(0.1, [1]);
        var schedule = PlrsSchedule.Around(center, relativeWidth: 0.2, seed: 5);
        var rates = Enumerable.Range(0, 2000).Select(i => schedule.GetLearningRate(new TrainingStep(i, stepsPerEpoch: 1000))).ToArray();

        Assert.AreEqual(
            "0.08 0.12 0.008 0.012",
            string.Join(
                ' ',
                new[] { rates[..1000].Min(), rates[..1000].Max(), rates[1000..].Min(), rates[1000..].Max() }
                    .Select(rate => FormattableString.Invariant($"{rate:G2}"))));
        Assert.AreEqual(1.0, ((IPlannedSchedule)schedule).LastDecay);
        Assert.AreEqual("PLRS U[0.8, 1.2] × (multi-step 0.1, ×0.1 at epoch 1), seed 5, redrawn every step", schedule.ToString());
    }

    [TestMethod]
    [DataRow("cosine", "0.1 0.055 0.01 0.01")]
    [DataRow("linear", "0.1 0.055 0.01 0.01")]
    public void ADecayGoesFromTheFirstRateToTheLastAndStaysThere(string kind, string expected)
    {
        var schedule = kind == "cosine" ? DecaySchedule.Cosine(0.1, 0.01, 4) : DecaySchedule.Linear(0.1, 0.01, 4);

        Assert.AreEqual(expected, string.Join(' ', new[] { 0, 2, 4, 9 }.Select(epoch => FormattableString.Invariant($"{Rate(epoch):G6}"))));
        Assert.AreEqual(kind == "cosine" ? 0.01 + (0.09 * (1 + Math.Sqrt(0.5)) / 2) : 0.0775, Rate(1), 1e-12);
        Assert.AreEqual($"{kind}, 0.1 to 0.01 over 4 epochs", schedule.ToString());

        double Rate(int epoch) => schedule.GetLearningRate(new TrainingStep(epoch, stepsPerEpoch: 1));
    }

    [TestMethod]
    public void NumbersOutOfRangeAreRefused()
    {
        Refusal.Expect(
            "relativeWidth",
            "relativeWidth is 1; it must be greater than 0 and less than 1.",
            () => PlrsSchedule.Around(new ConstantSchedule(0.1), 1));
        Refusal.Expect(
            "relativeWidth",
            "relativeWidth is NaN; it must be greater than 0 and less than 1.",
            () => PlrsSchedule.Around(new ConstantSchedule(0.1), double.NaN));
        Refusal.Expect(
            "relativeDeviation", "relativeDeviation is 0; it must be from 0.01 to 10.", () => LearningRateDistribution.TruncatedNormal(0));
        Refusal.Expect(
            "initialLearningRate",
            "initialLearningRate is 0.1; it must be finite and greater than finalLearningRate (0.2).",
            () => DecaySchedule.Linear(0.1, 0.2));
        Refusal.Expect(
            "finalLearningRate", "finalLearningRate is -1; it must be finite and at least 0.", () => DecaySchedule.Cosine(0.1, -1));
        Refusal.Expect("totalEpochs", "totalEpochs is 0; it must be at least 1.", () => DecaySchedule.Cosine(0.1, totalEpochs: 0));
        Assert.ThrowsExactly<ArgumentNullException>(() => new PlrsSchedule(0.1, 0.2) { Distribution = null! });
    }

    [TestMethod]
    public void TheOptionsMakeTheSchedule()
    {
        var options = new PlrsOptions
        {
            MinimumLearningRate = 0.1,
            MaximumLearningRate = 0.2,
            Distribution = LearningRateDistribution.Triangular,
            Envelope = DecaySchedule.Linear(1, 0.5),
        };

        Assert.AreEqual(
            new PlrsSchedule(0.1, 0.2) { Distribution = LearningRateDistribution.Triangular, Envelope = DecaySchedule.Linear(1, 0.5) },
            options.CreateSchedule());
    }

    private static double[] Rates(PlrsSchedule schedule) =>
        [.. Enumerable.Range(0, Draws).Select(i => schedule.GetLearningRate(new TrainingStep(i, stepsPerEpoch: 100)))];

    private sealed record NoNumber : LearningRateDistribution
    {
        public override double GetLearningRate(double draw, double minimumLearningRate, double maximumLearningRate) => double.NaN;

        public override string ToString() => "no number";
    }

    private sealed record TooWide : LearningRateDistribution
    {
        public override double GetLearningRate(double draw, double minimumLearningRate, double maximumLearningRate) =>
            draw < 0.5 ? 0 : double.PositiveInfinity;

        public override string ToString() => "too wide";
    }
}
