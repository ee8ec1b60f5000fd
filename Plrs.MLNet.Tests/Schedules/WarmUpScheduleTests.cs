using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Tests.Schedules;

[TestClass]
public sealed class WarmUpScheduleTests
{
    [TestMethod]
    [DataRow(0L, 0.1)]
    [DataRow(1L, 0.2)]
    [DataRow(2L, 0.3)]
    [DataRow(3L, 0.4)]
    [DataRow(4L, 0.4)]
    [DataRow(1000L, 0.4)]
    public void StepsRiseLinearlyToTheInnerRate(long index, double expected) =>
        Assert.AreEqual(expected, WarmUpSchedule.ForSteps(4, new ConstantSchedule(0.4)).GetLearningRate(new TrainingStep(index, 3)), 1e-15);

    [TestMethod]
    [DataRow(0L, 0.02)]
    [DataRow(9L, 0.2)]
    [DataRow(14L, 0.3)]
    [DataRow(19L, 0.4)]
    [DataRow(20L, 0.4)]
    [DataRow(99L, 0.4)]
    public void EpochsRiseLinearlyToTheInnerRate(long index, double expected) =>
        Assert.AreEqual(
            expected, WarmUpSchedule.ForEpochs(2, new ConstantSchedule(0.4)).GetLearningRate(new TrainingStep(index, 10)), 1e-15);

    [TestMethod]
    public void InnerScheduleSeesTheSameSteps()
    {
        var inner = new KneeSchedule(exploreEpochs: 0, totalEpochs: 10);
        var schedule = WarmUpSchedule.ForEpochs(0.5, inner);
        for (var index = 4; index < 100; index++)
        {
            var step = new TrainingStep(index, 10);
            Assert.AreEqual(inner.GetLearningRate(step), schedule.GetLearningRate(step), $"step {index}");
        }

        Assert.AreEqual(inner.GetLearningRate(new TrainingStep(1, 10)) * 0.4, schedule.GetLearningRate(new TrainingStep(1, 10)), 1e-15);
    }

    [TestMethod]
    public void SeedReachesARandomInnerSchedule()
    {
        var unseeded = WarmUpSchedule.ForSteps(5, WarmUpSchedule.ForSteps(5, new PlrsSchedule(0.07, 0.1)));

        var seeded = (WarmUpSchedule)unseeded.WithDefaultSeed(7);

        Assert.IsNull(unseeded.Seed);
        Assert.AreEqual(7, seeded.Seed);
        Assert.AreEqual(WarmUpSchedule.ForSteps(5, WarmUpSchedule.ForSteps(5, new PlrsSchedule(0.07, 0.1, 7))), seeded);
    }

    [TestMethod]
    public void DefaultSeedIsGivenOnlyWhereOneIsMissing()
    {
        ILearningRateSchedule seeded = new PlrsSchedule(0.07, 0.1, seed: 3);
        ILearningRateSchedule constant = new ConstantSchedule(0.1);
        ILearningRateSchedule warmConstant = WarmUpSchedule.ForSteps(5, constant);

        Assert.AreEqual(new PlrsSchedule(0.07, 0.1, seed: 7), new PlrsSchedule(0.07, 0.1).WithDefaultSeed(7));
        Assert.AreSame(seeded, seeded.WithDefaultSeed(7));
        Assert.AreSame(constant, constant.WithDefaultSeed(7));
        Assert.AreSame(warmConstant, warmConstant.WithDefaultSeed(7));
        Assert.IsNull(((ISeededSchedule)warmConstant).Seed);
    }

    [TestMethod]
    public void ArgumentsOutOfRangeAreRefused()
    {
        var inner = new ConstantSchedule(0.1);
        Refusal.Expect("steps", "steps is 0; it must be at least 1.", () => WarmUpSchedule.ForSteps(0, inner));
        Refusal.Expect("epochs", "epochs is 0; it must be finite and greater than 0.", () => WarmUpSchedule.ForEpochs(0, inner));
        Refusal.Expect("epochs", "epochs is NaN; it must be finite and greater than 0.", () => WarmUpSchedule.ForEpochs(double.NaN, inner));
        Refusal.Expect("inner", "Value cannot be null.", () => WarmUpSchedule.ForSteps(1, null!));
        Refusal.Expect("inner", "Value cannot be null.", () => WarmUpSchedule.ForEpochs(1, null!));
    }

    [TestMethod]
    public void SaysWhatItIs()
    {
        Assert.AreEqual(
            "linear warm-up over 500 steps, then constant 0.1", WarmUpSchedule.ForSteps(500, new ConstantSchedule(0.1)).ToString());
        Assert.AreEqual("linear warm-up over 1 step, then constant 0.1", WarmUpSchedule.ForSteps(1, new ConstantSchedule(0.1)).ToString());
        Assert.AreEqual(
            "linear warm-up over 2.5 epochs, then PLRS U[0.07, 0.1], seed 1, redrawn every step",
            WarmUpSchedule.ForEpochs(2.5, new PlrsSchedule(0.07, 0.1, 1)).ToString());
    }
}
