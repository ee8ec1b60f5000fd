using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Tests.Schedules;

[TestClass]
public sealed class BaselineValidationTests
{
    [TestMethod]
    [DataRow(0.0, "0", "finite and greater than 0")]
    [DataRow(-1.0, "-1", "finite and greater than 0")]
    [DataRow(double.NaN, "NaN", "finite and greater than 0")]
    [DataRow(double.PositiveInfinity, "Infinity", "finite and greater than 0")]
    [DataRow(1e39, "1E+39", "at most 3.4028235E+38, the largest single-precision number")]
    public void RatesThatAreNoRateAreRefused(double rate, string shown, string allowed)
    {
        var message = $"is {shown}; it must be {allowed}.";
        Refusal.Expect("learningRate", $"learningRate {message}", () => new ConstantSchedule(rate));
        Refusal.Expect("learningRate", $"learningRate {message}", () => new CooldownSchedule(rate));
        Refusal.Expect("initialLearningRate", $"initialLearningRate {message}", () => new MultiStepSchedule(rate));
        Refusal.Expect("exploreLearningRate", $"exploreLearningRate {message}", () => new KneeSchedule(rate, totalEpochs: 500));
        Refusal.Expect("maximumLearningRate", $"maximumLearningRate {message}", () => new OneCycleSchedule(rate, totalEpochs: 100));
        Refusal.Expect("initialLearningRate", $"initialLearningRate {message}", () => new OneCycleSchedule(0.1, rate, totalEpochs: 100));
    }

    [TestMethod]
    public void MultiStepRefusesOtherNumbersOutOfRange()
    {
        const string Factor = "it must be greater than 0 and less than 1.";
        Refusal.Expect("factor", $"factor is 0; {Factor}", () => new MultiStepSchedule(0.1, factor: 0));
        Refusal.Expect("factor", $"factor is 1; {Factor}", () => new MultiStepSchedule(0.1, factor: 1));
        Refusal.Expect("factor", $"factor is NaN; {Factor}", () => new MultiStepSchedule(0.1, factor: double.NaN));
        Refusal.Expect("milestones", "milestones is 0; it must be at least 1.", () => new MultiStepSchedule(0.1, [0, 10]));
        Refusal.Expect(
            "milestones", "milestones are 10, 10; each must be greater than the one before.", () => new MultiStepSchedule(0.1, [10, 10]));
        Refusal.Expect(
            "milestones", "milestones are 20, 10; each must be greater than the one before.", () => new MultiStepSchedule(0.1, [20, 10]));
    }

    [TestMethod]
    public void CosineRefusesNumbersOutOfRange()
    {
        Refusal.Expect(
            "minimumLearningRate",
            "minimumLearningRate is -0.1; it must be finite and at least 0.",
            () => new CosineWarmRestartsSchedule(-0.1, 0.1));
        Refusal.Expect(
            "maximumLearningRate",
            "maximumLearningRate is 0.0001; it must be finite and greater than minimumLearningRate (0.0001).",
            () => new CosineWarmRestartsSchedule(0.0001, 0.0001));
        Refusal.Expect(
            "firstInterval",
            "firstInterval is 0; it must be at least 1.",
            () => new CosineWarmRestartsSchedule(0.0001, 0.1, firstInterval: 0));
        Refusal.Expect(
            "intervalFactor",
            "intervalFactor is 0; it must be at least 1.",
            () => new CosineWarmRestartsSchedule(0.0001, 0.1, intervalFactor: 0));
    }

    [TestMethod]
    public void KneeRefusesEpochsOutOfRange()
    {
        Refusal.Expect(
            "exploreEpochs", "exploreEpochs is -1; it must be at least 0.", () => new KneeSchedule(exploreEpochs: -1, totalEpochs: 500));
        Refusal.Expect(
            "totalEpochs", "totalEpochs is 100; it must be greater than exploreEpochs (100).", () => new KneeSchedule(totalEpochs: 100));
    }

    [TestMethod]
    public void CooldownRefusesOtherNumbersOutOfRange()
    {
        Refusal.Expect("totalEpochs", "totalEpochs is 0; it must be at least 1.", () => new CooldownSchedule(0.1, totalEpochs: 0));
        Refusal.Expect("share", "share is 0; it must be above 0 and at most 1.", () => new CooldownSchedule(0.1, share: 0));
        Refusal.Expect("share", "share is 1.5; it must be above 0 and at most 1.", () => new CooldownSchedule(0.1, share: 1.5));
        Refusal.Expect("share", "share is NaN; it must be above 0 and at most 1.", () => new CooldownSchedule(0.1, share: double.NaN));
    }

    [TestMethod]
    public void OneCycleRefusesOtherNumbersOutOfRange()
    {
        Refusal.Expect("totalEpochs", "totalEpochs is 0; it must be at least 1.", () => new OneCycleSchedule(0.1, totalEpochs: 0));
        Refusal.Expect(
            "maximumLearningRate",
            "maximumLearningRate is 0.1; it must be finite and greater than initialLearningRate (0.2).",
            () => new OneCycleSchedule(0.1, 0.2, totalEpochs: 100));
    }
}
