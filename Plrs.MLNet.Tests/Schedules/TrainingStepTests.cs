using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Tests.Schedules;

[TestClass]
public sealed class TrainingStepTests
{
    [TestMethod]
    public void AtDividesTheRunIntoEpochs()
    {
        var step = TrainingStep.At(index: 25, stepsPerEpoch: 10);

        Assert.AreEqual(new TrainingStep(25, epoch: 2, stepInEpoch: 5, stepsPerEpoch: 10), step);
        Assert.AreEqual(2.5, step.EpochPosition);
    }

    [TestMethod]
    [DataRow(-1L, 0, 0, 1, "index")]
    [DataRow(0L, -1, 0, 1, "epoch")]
    [DataRow(0L, 0, -1, 1, "stepInEpoch")]
    [DataRow(0L, 0, 0, 0, "stepsPerEpoch")]
    public void PositionsOutOfRangeAreRefusedByName(long index, int epoch, int stepInEpoch, int stepsPerEpoch, string name)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TrainingStep(index, epoch, stepInEpoch, stepsPerEpoch));

        Assert.AreEqual(name, error.ParamName);
    }
}
