using System.Globalization;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Tests.Schedules;

[TestClass]
public sealed class PlrsScheduleTests
{
    // Values of an independent implementation: a seed's rates must never change.
    [TestMethod]
    [DataRow(1, 0L, 0.09684054149005278)]
    [DataRow(1, 1L, 0.09622335805561393)]
    [DataRow(1, 1000L, 0.08652580110715696)]
    [DataRow(1, 4294967303L, 0.08010399285849869)]
    [DataRow(-5, 2L, 0.08700259576207853)]
    public void RateOfAStepIsFixedBySeedAndIndex(int seed, long index, double expected)
    {
        var schedule = new PlrsSchedule(0.07, 0.1, seed);

        Assert.AreEqual(expected, schedule.GetLearningRate(new TrainingStep(index, 391)), 1e-16);
        Assert.AreEqual(schedule.GetLearningRate(new TrainingStep(index, 391)), schedule.GetLearningRate(new TrainingStep(index, 7)));
    }

    [TestMethod]
    public void RatesDoNotDependOnOrderOrThread()
    {
        const int Steps = 20_000;
        var schedule = new PlrsSchedule(0.07, 0.1, seed: 5);
        var forward = Enumerable.Range(0, Steps).Select(Rate).ToArray();

        var backward = Enumerable.Range(0, Steps).Reverse().Select(Rate).Reverse().ToArray();
        var parallel = new double[Steps];
        Parallel.For(0, Steps, i => parallel[i] = Rate(i));

        CollectionAssert.AreEqual(forward, backward);
        CollectionAssert.AreEqual(forward, parallel);
        Assert.HasCount(Steps, forward.Distinct());

        double Rate(int index) => schedule.GetLearningRate(new TrainingStep(index, 100));
    }

    [TestMethod]
    [DataRow(0.07, 0.1)]
    [DataRow(0.1, 0.2)]
    [DataRow(0.1, 0.10000003)]
    [DataRow(0.1, 0.1000000015)]
    [DataRow(0.09999999999, 0.1000000015)]
    [DataRow(1.0, 1.0000000000000002)]
    [DataRow(0.3, 0.30000000000000004)]
    [DataRow(double.Epsilon, 2 * double.Epsilon)]
    [DataRow(1e-46, 3e-45)]
    [DataRow(1e-300, 3e38)]
    [DataRow(3.4e38, float.MaxValue)]
    public void RatesNeverLeaveTheBounds(double minimum, double maximum)
    {
        var schedule = new PlrsSchedule(minimum, maximum, seed: 3);
        // The single-precision numbers nearest to the bounds, from inside.
        var lowestFloat = (float)minimum < minimum ? MathF.BitIncrement((float)minimum) : (float)minimum;
        var highestFloat = (float)maximum > maximum ? MathF.BitDecrement((float)maximum) : (float)maximum;
        for (var index = 0; index < 20_000; index++)
        {
            var rate = schedule.GetLearningRate(new TrainingStep(index, 100));

            Assert.IsTrue(rate >= minimum && rate <= maximum, $"step {index}: {rate:R}");
            Assert.IsTrue((float)rate >= (float)minimum && (float)rate <= (float)maximum, $"step {index}: {(float)rate:R}");
            if (lowestFloat <= highestFloat)
            {
                Assert.IsTrue((float)rate >= minimum && (float)rate <= maximum, $"step {index}: {(float)rate:R} in single precision");
            }
        }
    }

    [TestMethod]
    public void RedrawEveryStepIsTheDefaultAndTheSameAsEverySingleStep()
    {
        Assert.AreEqual(RedrawInterval.EveryStep, new PlrsSchedule(0.07, 0.1).Redraw);
        Assert.AreEqual(RedrawInterval.EveryStep, RedrawInterval.EverySteps(1));
    }

    [TestMethod]
    public void RedrawEveryNStepsKeepsTheRateInBetween()
    {
        var everyStep = new PlrsSchedule(0.07, 0.1, seed: 1);
        var everyFour = new PlrsSchedule(0.07, 0.1, seed: 1, RedrawInterval.EverySteps(4));

        for (var index = 0; index < 100; index++)
        {
            Assert.AreEqual(
                everyStep.GetLearningRate(new TrainingStep(index / 4, 10)),
                everyFour.GetLearningRate(new TrainingStep(index, 10)),
                $"step {index}");
        }
    }

    [TestMethod]
    public void RedrawEveryEpochKeepsTheRateWithinAnEpoch()
    {
        var everyStep = new PlrsSchedule(0.07, 0.1, seed: 1);
        var everyEpoch = new PlrsSchedule(0.07, 0.1, seed: 1, RedrawInterval.EveryEpoch);

        for (var index = 0; index < 100; index++)
        {
            Assert.AreEqual(
                everyStep.GetLearningRate(new TrainingStep(index / 10, 10)),
                everyEpoch.GetLearningRate(new TrainingStep(index, 10)),
                $"step {index}");
        }
    }

    [TestMethod]
    public void WithSeedLeavesTheScheduleAsItWas()
    {
        var step = new TrainingStep(3, 10);
        var unseeded = new PlrsSchedule(0.07, 0.1, redraw: RedrawInterval.EveryEpoch);

        Assert.IsNull(unseeded.Seed);
        Assert.AreEqual(new PlrsSchedule(0.07, 0.1, 0, RedrawInterval.EveryEpoch).GetLearningRate(step), unseeded.GetLearningRate(step));
        Assert.AreEqual(new PlrsSchedule(0.07, 0.1, 9, RedrawInterval.EveryEpoch), unseeded.WithSeed(9));
        Assert.AreEqual(unseeded.WithSeed(9), ((ISeededSchedule)unseeded).WithSeed(9));
        Assert.IsNull(unseeded.Seed);
    }

    [TestMethod]
    [DataRow(0.0, 0.1, "minimumLearningRate", "minimumLearningRate is 0; it must be finite and greater than 0.")]
    [DataRow(-0.5, 0.1, "minimumLearningRate", "minimumLearningRate is -0.5; it must be finite and greater than 0.")]
    [DataRow(double.NaN, 0.1, "minimumLearningRate", "minimumLearningRate is NaN; it must be finite and greater than 0.")]
    [DataRow(double.PositiveInfinity, 0.1, "minimumLearningRate", "minimumLearningRate is Infinity; it must be finite and greater than 0.")]
    [DataRow(
        0.1,
        1e40,
        "maximumLearningRate",
        "maximumLearningRate is 1E+40; it must be at most 3.4028235E+38, the largest single-precision number.")]
    [DataRow(0.1, 0.1, "maximumLearningRate", "maximumLearningRate is 0.1; it must be finite and greater than minimumLearningRate (0.1).")]
    [DataRow(
        0.1, 0.07, "maximumLearningRate", "maximumLearningRate is 0.07; it must be finite and greater than minimumLearningRate (0.1).")]
    [DataRow(
        0.1,
        double.NaN,
        "maximumLearningRate",
        "maximumLearningRate is NaN; it must be finite and greater than minimumLearningRate (0.1).")]
    [DataRow(
        0.1,
        double.PositiveInfinity,
        "maximumLearningRate",
        "maximumLearningRate is Infinity; it must be finite and greater than minimumLearningRate (0.1).")]
    public void BoundsOutOfRangeAreRefused(double minimum, double maximum, string name, string message) =>
        Refusal.Expect(name, message, () => new PlrsSchedule(minimum, maximum));

    [TestMethod]
    [DataRow(0)]
    [DataRow(-3)]
    public void RedrawIntervalsOutOfRangeAreRefused(int steps) =>
        Refusal.Expect("steps", $"steps is {steps}; it must be at least 1.", () => RedrawInterval.EverySteps(steps));

    [TestMethod]
    public void SaysWhatItIsInAnyCulture()
    {
        var before = CultureInfo.CurrentCulture;
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "~";
        try
        {
            CultureInfo.CurrentCulture = culture;
            Assert.AreEqual("PLRS U[0.07, 0.1], redrawn every step", new PlrsSchedule(0.07, 0.1).ToString());
            Assert.AreEqual("PLRS U[0.07, 0.1], seed 1, redrawn every step", new PlrsSchedule(0.07, 0.1, 1).ToString());
            Assert.AreEqual(
                "PLRS U[0.07, 0.1], seed -1, redrawn every 10 steps",
                new PlrsSchedule(0.07, 0.1, -1, RedrawInterval.EverySteps(10)).ToString());
            Assert.AreEqual(
                "PLRS U[0.07, 0.1], redrawn every epoch", new PlrsSchedule(0.07, 0.1, redraw: RedrawInterval.EveryEpoch).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
