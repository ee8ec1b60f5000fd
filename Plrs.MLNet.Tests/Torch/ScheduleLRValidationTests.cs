using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Schedules;
using Plrs.MLNet.Torch;

namespace Plrs.MLNet.Tests.Torch;

[TestClass]
public sealed class ScheduleLRValidationTests
{
    [TestMethod]
    public void MissingArgumentsAreRefused()
    {
        using var optimizer = ScheduleLRTests.Sgd(0.1);
        var schedule = new ConstantSchedule(0.1);

        Refusal.Expect("optimizer", "Value cannot be null.", () => new ScheduleLR(null!, schedule, 1));
        Refusal.Expect("schedule", "Value cannot be null.", () => new ScheduleLR(optimizer, null!, 1));
        Refusal.Expect("stepsPerEpoch", "stepsPerEpoch is 0; it must be at least 1.", () => new ScheduleLR(optimizer, schedule, 0));
        Refusal.Expect(
            "maximumLearningRate",
            "maximumLearningRate is 0.1; it must be finite and greater than minimumLearningRate (0.2).",
            () => new PlrsLR(optimizer, 0.2, 0.1));
    }

    [TestMethod]
    public void AFirstGroupWithoutARateGivesNoRatios()
    {
        using var optimizer = ScheduleLRTests.Sgd(0.0, 0.1);

        Refusal.Expect(
            "optimizer",
            "The first of the optimizer's 2 parameter groups has the initial learning rate 0; " +
            "it must be finite and greater than 0, because the other groups keep their ratio to it.",
            () => new ScheduleLR(optimizer, new ConstantSchedule(0.1), 1));
    }

    [TestMethod]
    public void ASingleGroupNeedsNoRateOfItsOwn()
    {
        using var optimizer = ScheduleLRTests.Sgd(0.0);

        Assert.AreEqual(0.3, new ScheduleLR(optimizer, new ConstantSchedule(0.3), 1).get_last_lr().Single());
    }

    [TestMethod]
    public void NegativePositionsAreRefusedAndChangeNothing()
    {
        using var optimizer = ScheduleLRTests.Sgd(0.1);
        var scheduler = new PlrsLR(optimizer, 0.07, 0.1) { Position = 5 };
        var rate = scheduler.LearningRate;

        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => scheduler.Position = -1);
        Assert.StartsWith("Position is -1; it must be at least 0.", error.Message);
        error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => scheduler.step((int?)-2));
        Assert.StartsWith("epoch is -2; it must be at least 0.", error.Message);

        Assert.AreEqual(5L, scheduler.Position);
        Assert.AreEqual(rate, optimizer.ParamGroups.Single().LearningRate);
    }

    [TestMethod]
    [DataRow(double.NaN, "NaN")]
    [DataRow(double.PositiveInfinity, "Infinity")]
    [DataRow(-0.5, "-0.5")]
    public void ARateThatIsNoRateStopsTheRunBeforeItIsSet(double bad, string shown)
    {
        using var optimizer = ScheduleLRTests.Sgd(0.1);
        var scheduler = new ScheduleLR(optimizer, new BadAtSeven(bad), stepsPerEpoch: 3) { Position = 6 };

        var error = Assert.ThrowsExactly<InvalidOperationException>(scheduler.step);

        Assert.AreEqual(
            $"The schedule my schedule gave the learning rate {shown} for step 7 (epoch 2); " +
            "a learning rate must be at least 0 and finite in single precision.",
            error.Message);
        Assert.AreEqual(6L, scheduler.Position);
        Assert.AreEqual(0.5, scheduler.LearningRate);
        Assert.AreEqual(0.5, optimizer.ParamGroups.Single().LearningRate);
    }

    private sealed class BadAtSeven(double bad) : ILearningRateSchedule
    {
        public double GetLearningRate(TrainingStep step) => step.Index == 7 ? bad : 0.5;

        public override string ToString() => "my schedule";
    }
}
