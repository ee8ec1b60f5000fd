using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Tests.Schedules;

/// <summary>The paper's baselines against values worked out by hand. Epochs have 10 steps, so step 25 stands at epoch 2.5.</summary>
[TestClass]
public sealed class BaselineScheduleTests
{
    [TestMethod]
    [DataRow(0L)]
    [DataRow(1L)]
    [DataRow(1_000_000L)]
    public void ConstantStays(long index) => Expect(0.05, new ConstantSchedule(0.05), index);

    [TestMethod]
    [DataRow(0L, 0.1)]
    [DataRow(999L, 0.1)]
    [DataRow(1000L, 0.01)]
    [DataRow(1499L, 0.01)]
    [DataRow(1500L, 0.001)]
    [DataRow(5000L, 0.001)]
    public void MultiStepFallsAtTheMilestones(long index, double expected) => Expect(expected, new MultiStepSchedule(0.1), index);

    [TestMethod]
    [DataRow(0L, 0.2)]
    [DataRow(599L, 0.2)]
    [DataRow(600L, 0.04)]
    [DataRow(1199L, 0.04)]
    [DataRow(1200L, 0.008)]
    [DataRow(9999L, 0.008)]
    public void MultiStepCanBeTheWideResNetSetting(long index, double expected) =>
        Expect(expected, new MultiStepSchedule(0.2, [60, 120], 0.2), index);

    [TestMethod]
    public void MultiStepWithoutMilestonesIsConstant() => Expect(0.3, new MultiStepSchedule(0.3, []), 12_345);

    // First interval [0, 1), then [1, 3), [3, 7), [7, 15).
    [TestMethod]
    [DataRow(0L, 0.1001)]
    [DataRow(5L, 0.0501)]
    [DataRow(10L, 0.1001)]
    [DataRow(15L, 0.0854553390593274)] // a quarter of the way: 0.0001 + 0.1·(1 + √½)/2
    [DataRow(20L, 0.0501)]
    [DataRow(25L, 0.0147446609406726)] // three quarters: 0.0001 + 0.1·(1 − √½)/2
    [DataRow(30L, 0.1001)]
    [DataRow(50L, 0.0501)]
    [DataRow(70L, 0.1001)]
    [DataRow(110L, 0.0501)]
    [DataRow(150L, 0.1001)]
    public void CosineRestartsAfterOneTwoFourEpochs(long index, double expected) =>
        Expect(expected, new CosineWarmRestartsSchedule(0.0001, 0.1001), index);

    [TestMethod]
    [DataRow(0L, 0.2)]
    [DataRow(15L, 0.1)]
    [DataRow(30L, 0.2)]
    [DataRow(45L, 0.1)]
    [DataRow(3000L, 0.2)]
    [DataRow(3015L, 0.1)]
    public void CosineCanKeepItsInterval(long index, double expected) =>
        Expect(expected, new CosineWarmRestartsSchedule(0, 0.2, firstInterval: 3, intervalFactor: 1), index);

    [TestMethod]
    public void CosineStaysBetweenItsBoundsAndRestartsExactly()
    {
        var schedule = new CosineWarmRestartsSchedule(0.0001, 0.1, firstInterval: 3, intervalFactor: 3);
        var restarts = new HashSet<int> { 0, 3, 12, 39, 120, 363 };
        for (var index = 0; index < 400 * 7; index++)
        {
            var step = new TrainingStep(index, stepsPerEpoch: 7);
            var rate = schedule.GetLearningRate(step);
            Assert.AreEqual(restarts.Contains((int)step.Epoch) && step.StepInEpoch == 0, rate == 0.1, $"{step}: {rate}");
            Assert.IsTrue(rate is >= 1e-4 and <= 0.1, $"{step}: {rate}");
        }
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(1, 2)]
    [DataRow(int.MaxValue, int.MaxValue)]
    public void CosineHasARateAfterAnyNumberOfEpochs(int firstInterval, int intervalFactor)
    {
        var schedule = new CosineWarmRestartsSchedule(0.0001, 0.1, firstInterval: firstInterval, intervalFactor: intervalFactor);

        var rate = schedule.GetLearningRate(new TrainingStep(long.MaxValue, stepsPerEpoch: 1));

        Assert.IsTrue(rate is >= 1e-4 and <= 0.1, $"{rate}");
    }

    [TestMethod]
    [DataRow(0L, 0.1)]
    [DataRow(500L, 0.1)]
    [DataRow(1000L, 0.1)]
    [DataRow(2000L, 0.075)]
    [DataRow(3005L, 0.049875)]
    [DataRow(4000L, 0.025)]
    [DataRow(4999L, 0.000025)]
    [DataRow(5000L, 0.0)]
    [DataRow(9000L, 0.0)]
    public void KneeExploresThenDecaysToZero(long index, double expected) => Expect(expected, new KneeSchedule(totalEpochs: 500), index);

    [TestMethod]
    [DataRow(0L, 0.4)]
    [DataRow(25L, 0.3)]
    [DataRow(100L, 0.0)]
    public void KneeCanDecayFromTheStart(long index, double expected) =>
        Expect(expected, new KneeSchedule(totalEpochs: 10, exploreLearningRate: 0.4, exploreEpochs: 0), index);

    // 100 epochs: rise to epoch 45, fall to epoch 90, tail to epoch 100.
    [TestMethod]
    [DataRow(0L, 0.01)]
    [DataRow(150L, 0.04)]
    [DataRow(225L, 0.055)]
    [DataRow(450L, 0.1)]
    [DataRow(600L, 0.07)]
    [DataRow(675L, 0.055)]
    [DataRow(900L, 0.01)]
    [DataRow(950L, 0.0055)]
    [DataRow(1000L, 0.001)]
    [DataRow(5000L, 0.001)]
    public void OneCycleRisesFallsAndFallsFurther(long index, double expected) =>
        Expect(expected, new OneCycleSchedule(0.1, totalEpochs: 100), index);

    [TestMethod]
    [DataRow(0L, 0.05)]
    [DataRow(90L, 0.5)]
    [DataRow(180L, 0.05)]
    [DataRow(200L, 0.005)]
    public void OneCycleCanStartElsewhere(long index, double expected) =>
        Expect(expected, new OneCycleSchedule(0.5, 0.05, totalEpochs: 20), index);

    // 40 epochs: to epoch 34, then 1 − √(1/12) after half an epoch, 1 − √¼ after one and a half, 1 − √½ after three, and 0 after six.
    [TestMethod]
    [DataRow(0L, 0.1)]
    [DataRow(339L, 0.1)]
    [DataRow(340L, 0.1)]
    [DataRow(345L, 0.0711324865405187)]
    [DataRow(355L, 0.05)]
    [DataRow(370L, 0.0292893218813452)]
    [DataRow(400L, 0.0)]
    [DataRow(900L, 0.0)]
    public void CooldownStaysAndFallsByTheRoot(long index, double expected) =>
        Expect(expected, new CooldownSchedule(0.1, totalEpochs: 40), index);

    [TestMethod]
    [DataRow(0L, 0.4)]
    [DataRow(25L, 0.2)]
    [DataRow(100L, 0.0)]
    public void CooldownCanTakeTheWholeRun(long index, double expected) =>
        Expect(expected, new CooldownSchedule(0.4, share: 1, totalEpochs: 10), index);

    // Warm-up, stable, decay: a fifth of the rate at each step of the first half epoch.
    [TestMethod]
    [DataRow(0L, 0.02)]
    [DataRow(3L, 0.08)]
    [DataRow(4L, 0.1)]
    [DataRow(355L, 0.05)]
    public void WithAWarmUpItIsWsd(long index, double expected) =>
        Expect(expected, WarmUpSchedule.ForEpochs(0.5, new CooldownSchedule(0.1, totalEpochs: 40)), index);

    [TestMethod]
    [DataRow(100L, 1.0)]
    [DataRow(355L, 0.5)]
    [DataRow(400L, 0.0)]
    public void AsAnEnvelopeItEndsPlrs(long index, double share)
    {
        var plrs = new PlrsSchedule(0.07, 0.1, seed: 1);
        var rate = plrs.GetLearningRate(new TrainingStep(index, stepsPerEpoch: 10));

        Expect(rate * share, plrs with { Envelope = new CooldownSchedule(1, totalEpochs: 40) }, index);
    }

    [TestMethod]
    public void SchedulesWithEqualSettingsAreEqual()
    {
        Assert.AreEqual(new MultiStepSchedule(0.2, [60, 120], 0.2), new MultiStepSchedule(0.2, [60, 120], 0.2));
        Assert.AreEqual(new MultiStepSchedule(0.2, [60, 120], 0.2).GetHashCode(), new MultiStepSchedule(0.2, [60, 120], 0.2).GetHashCode());
        Assert.AreNotEqual(new MultiStepSchedule(0.2, [60, 121], 0.2), new MultiStepSchedule(0.2, [60, 120], 0.2));
        Assert.AreEqual(new KneeSchedule(totalEpochs: 500), new KneeSchedule(0.1, 100, totalEpochs: 500));
        Assert.AreNotEqual(new KneeSchedule(totalEpochs: 500), new KneeSchedule(totalEpochs: 501));
    }

    [TestMethod]
    public void SchedulesSayWhatTheyAre()
    {
        Assert.AreEqual("constant 0.05", new ConstantSchedule(0.05).ToString());
        Assert.AreEqual("multi-step 0.1, ×0.1 at epochs 100, 150", new MultiStepSchedule(0.1).ToString());
        Assert.AreEqual(
            "cosine with warm restarts, 0.1 to 0.0001, first interval 1 epoch, ×2", new CosineWarmRestartsSchedule(0.0001, 0.1).ToString());
        Assert.AreEqual("knee, 0.1 for 100 epochs, then linear to 0 at epoch 500", new KneeSchedule(totalEpochs: 500).ToString());
        Assert.AreEqual(
            "one-cycle, 0.1 to 1 and back, then to 0.01, over 500 epochs", new OneCycleSchedule(1, totalEpochs: 500).ToString());
    }

    [TestMethod]
    public void ACooldownSaysWhatItIs()
    {
        Assert.AreEqual(
            "cool-down, 0.1, over the last 15 % of 40 epochs by 1 − √ to 0", new CooldownSchedule(0.1, totalEpochs: 40).ToString());
        Assert.AreEqual("cool-down, 1, over the last 7 % of the run by 1 − √ to 0", new CooldownSchedule(1, share: 0.07).ToString());
        Assert.AreEqual(new CooldownSchedule(0.1), new CooldownSchedule(0.1, 0.15));
        Assert.AreNotEqual(new CooldownSchedule(0.1), new CooldownSchedule(0.1, 0.2));
    }

    [TestMethod]
    public void OneEpochIsOneEpoch()
    {
        Assert.AreEqual("multi-step 0.1, ×0.1 at epoch 3", new MultiStepSchedule(0.1, [3]).ToString());
        Assert.AreEqual(
            "cosine with warm restarts, 0.1 to 0.0001, first interval 2 epochs, ×2",
            new CosineWarmRestartsSchedule(0.0001, 0.1, firstInterval: 2).ToString());
        Assert.AreEqual("knee, 0.08 for 1 epoch, then linear to 0 at epoch 2", new KneeSchedule(0.08, 1, totalEpochs: 2).ToString());
        Assert.AreEqual("one-cycle, 0.1 to 1 and back, then to 0.01, over 1 epoch", new OneCycleSchedule(1, totalEpochs: 1).ToString());
        Assert.AreEqual(
            "linear warm-up over 1 epoch, then constant 0.1", WarmUpSchedule.ForEpochs(1, new ConstantSchedule(0.1)).ToString());
        Assert.AreEqual(
            "linear warm-up over 0.5 epochs, then constant 0.1", WarmUpSchedule.ForEpochs(0.5, new ConstantSchedule(0.1)).ToString());
        Assert.AreEqual("linear warm-up over 1 step, then constant 0.1", WarmUpSchedule.ForSteps(1, new ConstantSchedule(0.1)).ToString());
    }

    private static void Expect(double expected, ILearningRateSchedule schedule, long index) =>
        Assert.AreEqual(expected, schedule.GetLearningRate(new TrainingStep(index, stepsPerEpoch: 10)), 1e-14);
}
