using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Schedules;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class WeightAveragingTests
{
    [TestMethod]
    public void AnExponentialAverageIsWarmedUp()
    {
        var averaging = WeightAveraging.Exponential();

        Assert.AreEqual(1 - 0.1, Share(averaging, step: 0));
        Assert.AreEqual(1 - (11.0 / 20), Share(averaging, step: 10));
        Assert.AreEqual(1 - (431.0 / 440), Share(averaging, step: 430));
        Assert.AreEqual(1 - 0.98, Share(averaging, step: 441), 1e-15);
        Assert.AreEqual(1 - 0.98, Share(averaging, step: 1L << 40));
        Assert.AreEqual(0.5, Share(WeightAveraging.Exponential(0.5), step: 10));
    }

    [TestMethod]
    public void AUniformAverageCountsTheStepsOfItsEpochsAlike()
    {
        var averaging = WeightAveraging.Uniform(fromEpoch: 2);

        // Two epochs of ten steps each come before it.
        Assert.AreEqual(
            "1 1 1 1/2 1/3 1/11",
            string.Join(
                ' ',
                new long[] { 0, 19, 20, 21, 22, 30 }.Select(step => Share(averaging, step))
                    .Select(share => share == 1 ? "1" : $"1/{1 / share:F0}")));
    }

    [TestMethod]
    public void ItSaysWhatItIs()
    {
        Assert.AreEqual("none", $"{WeightAveraging.None}");
        Assert.AreEqual("none", $"{WeightAveraging.None with { UpdateBatchNorm = true }}");
        Assert.AreEqual("exponential, decay 0.98", $"{WeightAveraging.Exponential()}");
        Assert.AreEqual("exponential, decay 0.5, norms recomputed", $"{WeightAveraging.Exponential(0.5) with { UpdateBatchNorm = true }}");
        Assert.AreEqual("uniform from epoch 3", $"{WeightAveraging.Uniform(3)}");
        Assert.AreEqual(WeightAveraging.Exponential(0.98), WeightAveraging.Exponential());
        Assert.AreNotEqual(WeightAveraging.Exponential(0.99), WeightAveraging.Exponential());
        Assert.AreNotEqual(WeightAveraging.Exponential() with { UpdateBatchNorm = true }, WeightAveraging.Exponential());
    }

    [TestMethod]
    public void ByDefaultItIsOnForAScheduleThatDraws()
    {
        var plrs = new PlrsSchedule(0.07, 0.1);
        Assert.AreEqual("exponential, decay 0.98", Default(plrs));
        Assert.AreEqual("exponential, decay 0.98", Default(new PlrsSchedule(0.07, 0.1, seed: 3, RedrawInterval.EveryEpoch)));
        Assert.AreEqual("exponential, decay 0.98", Default(WarmUpSchedule.ForEpochs(2, plrs)));
        Assert.AreEqual("none", Default(new ConstantSchedule(0.1)));
        Assert.AreEqual("none", Default(WarmUpSchedule.ForEpochs(2, new ConstantSchedule(0.1))));
        Assert.AreEqual("none", Default(new KneeSchedule(totalEpochs: 200)));

        static string Default(ILearningRateSchedule schedule) => WeightAveraging.DefaultFor(schedule.WithDefaultSeed(1)).ToString();
    }

    [TestMethod]
    [DataRow(-0.1)]
    [DataRow(1.0)]
    [DataRow(double.NaN)]
    public void ADecayOutOfRangeIsRefused(double decay) =>
        Refusal.Expect(
            "decay",
            FormattableString.Invariant($"decay is {decay}; it must be at least 0 and less than 1."),
            () => WeightAveraging.Exponential(decay));

    [TestMethod]
    public void AnEpochBeforeTheFirstIsRefused() =>
        Refusal.Expect("fromEpoch", "fromEpoch is -1; it must be at least 0.", () => WeightAveraging.Uniform(-1));

    private static double Share(WeightAveraging averaging, long step) => averaging.NewShare(new TrainingStep(step, stepsPerEpoch: 10));
}
