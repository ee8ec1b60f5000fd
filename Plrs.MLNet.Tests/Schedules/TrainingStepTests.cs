using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Tests.Schedules;

[TestClass]
public sealed class TrainingStepTests
{
    [TestMethod]
    public void AStepKnowsItsPlaceInTheRunAndInItsEpoch()
    {
        var step = new TrainingStep(index: 25, stepsPerEpoch: 10);

        Assert.AreEqual((25L, 10), (step.Index, step.StepsPerEpoch));
        Assert.AreEqual((2L, 5, 2.5), (step.Epoch, step.StepInEpoch, step.EpochPosition));
    }

    [TestMethod]
    public void TheDefaultValueIsAFirstStep()
    {
        Assert.AreEqual(new TrainingStep(0, stepsPerEpoch: 1), default);
        Assert.AreEqual(
            (0L, 0, 0.0), (default(TrainingStep).Epoch, default(TrainingStep).StepInEpoch, default(TrainingStep).EpochPosition));
    }

    [TestMethod]
    public void AVeryLongRunHasNoLastEpoch()
    {
        var step = new TrainingStep(long.MaxValue, stepsPerEpoch: 1);

        Assert.AreEqual((long.MaxValue, 0), (step.Epoch, step.StepInEpoch));
    }

    [TestMethod]
    [DataRow(-1L, 1, "index")]
    [DataRow(0L, 0, "stepsPerEpoch")]
    public void PositionsOutOfRangeAreRefusedByName(long index, int stepsPerEpoch, string name)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TrainingStep(index, stepsPerEpoch));

        Assert.AreEqual(name, error.ParamName);
    }
}
