using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Schedules;

[TestClass]
[DoNotParallelize]
public sealed class AllocationTests
{
    public static IEnumerable<object[]> Schedules =>
    [
        [new PlrsSchedule(0.07, 0.1, 1)],
        [new PlrsSchedule(0.07, 0.1, 1, RedrawInterval.EverySteps(10))],
        [new PlrsSchedule(0.07, 0.1, redraw: RedrawInterval.EveryEpoch)],
        [new ConstantSchedule(0.1)],
        [new MultiStepSchedule(0.1)],
        [new CosineWarmRestartsSchedule(0.0001, 0.1)],
        [new KneeSchedule(totalEpochs: 500)],
        [new OneCycleSchedule(0.1, totalEpochs: 500)],
        [new CooldownSchedule(0.1, totalEpochs: 500)],
        [WarmUpSchedule.ForEpochs(5, new PlrsSchedule(0.07, 0.1))],
        [
            new PlrsSchedule(0.07, 0.1)
            {
                Distribution = LearningRateDistribution.TruncatedNormal(),
                Envelope = DecaySchedule.Cosine(1, totalEpochs: 500),
            },
        ],
        [PlrsSchedule.Around(new OneCycleSchedule(0.1, totalEpochs: 500), 0.2)],
    ];

    [TestMethod]
    [DynamicData(nameof(Schedules))]
    public void ASchedulesRateCostsNoMemory(ILearningRateSchedule schedule)
    {
        Assert.AreEqual(0L, Allocations.Of(() => Sum(schedule)));
    }

    private static double Sum(ILearningRateSchedule schedule)
    {
        var sum = 0.0;
        for (var index = 0; index < 5_000; index++)
        {
            sum += schedule.GetLearningRate(new TrainingStep(index, 10));
        }

        return sum;
    }
}
