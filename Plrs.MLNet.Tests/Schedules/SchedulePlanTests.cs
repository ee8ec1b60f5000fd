using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Tests.Schedules;

[TestClass]
public sealed class SchedulePlanTests
{
    public static IEnumerable<(ILearningRateSchedule Schedule, int Epochs, string? Warning)> Runs =>
    [
        (
            new KneeSchedule(0.1, exploreEpochs: 1, totalEpochs: 2),
            6,
            "The schedule knee, 0.1 for 1 epoch, then linear to 0 at epoch 2 is made for a run of 2 epochs, but Epoch is 6. " +
            "At epoch 2, where it ends, it gives the learning rate 0."),
        (
            new KneeSchedule(totalEpochs: 200),
            20,
            "The schedule knee, 0.1 for 100 epochs, then linear to 0 at epoch 200 is made for a run of 200 epochs, but Epoch is 20. " +
            "The last epoch begins with the learning rate 0.1. Its last decay, at epoch 100, is never reached."),
        (
            new KneeSchedule(totalEpochs: 200),
            101,
            "is made for a run of 200 epochs, but Epoch is 101. The last epoch begins with the learning rate 0.1."),
        (new KneeSchedule(totalEpochs: 200), 200, null),
        (
            new OneCycleSchedule(0.1, totalEpochs: 10),
            11,
            "is made for a run of 10 epochs, but Epoch is 11. At epoch 10, where it ends, it gives the learning rate 0.001."),
        (
            new OneCycleSchedule(0.1, totalEpochs: 10),
            4,
            "is made for a run of 10 epochs, but Epoch is 4. " +
            "The last epoch begins with the learning rate 0.07. Its last decay, at epoch 4.5, is never reached."),
        (
            new OneCycleSchedule(0.1, totalEpochs: 1),
            2,
            "is made for a run of 1 epoch, but Epoch is 2. At epoch 1, where it ends, it gives the learning rate 0.001."),
        (new OneCycleSchedule(0.1, totalEpochs: 10), 10, null),
        (
            new MultiStepSchedule(0.1),
            150,
            "The schedule multi-step 0.1, ×0.1 at epochs 100, 150 does not fit the run, whose Epoch is 150. " +
            "Its last decay, at epoch 150, is never reached."),
        (new MultiStepSchedule(0.1), 151, null),
        (new MultiStepSchedule(0.1), 1000, null),
        (new MultiStepSchedule(0.1, []), 1, null),
        (
            WarmUpSchedule.ForSteps(1, new KneeSchedule(0.1, 1, totalEpochs: 2)),
            6,
            "is made for a run of 2 epochs, but Epoch is 6. At epoch 2, where it ends, it gives the learning rate 0."),
        (WarmUpSchedule.ForEpochs(1, new ConstantSchedule(0.1)), 1, null),
        (new PlrsSchedule(0.07, 0.1), 1, null),
        (new CosineWarmRestartsSchedule(0.0001, 0.1), 1, null),
        (new ConstantSchedule(0.1), 1, null),
    ];

    [TestMethod]
    [DynamicData(nameof(Runs))]
    public void ARunOfAnotherLengthThanThePlanIsToldWithBothLengths(ILearningRateSchedule schedule, int epochs, string? warning)
    {
        if (warning is null)
        {
            Assert.IsNull(schedule.Mismatch(epochs, stepsPerEpoch: 10));
        }
        else
        {
            Assert.EndsWith(warning, schedule.Mismatch(epochs, stepsPerEpoch: 10)!);
        }
    }

    [TestMethod]
    public void TheLastDecayIsWhereTheRateFallsForTheLastTime()
    {
        Assert.AreEqual(100, new KneeSchedule(totalEpochs: 200).LastDecayEpoch());
        Assert.AreEqual(150, new MultiStepSchedule(0.1).LastDecayEpoch());
        Assert.AreEqual(0, new MultiStepSchedule(0.1, []).LastDecayEpoch());
        Assert.AreEqual(5, new OneCycleSchedule(0.1, totalEpochs: 10).LastDecayEpoch());
        Assert.AreEqual(34, new CooldownSchedule(0.1, totalEpochs: 40).LastDecayEpoch());
        Assert.AreEqual(100, WarmUpSchedule.ForEpochs(5, new KneeSchedule(totalEpochs: 200)).LastDecayEpoch());
        Assert.AreEqual(0, WarmUpSchedule.ForEpochs(5, new PlrsSchedule(0.07, 0.1)).LastDecayEpoch());
        Assert.AreEqual(0, new PlrsSchedule(0.07, 0.1).LastDecayEpoch());
    }
}
