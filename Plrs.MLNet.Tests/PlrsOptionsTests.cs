using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Tests;

[TestClass]
public sealed class PlrsOptionsTests
{
    [TestMethod]
    public void EverySettingReachesTheSchedule()
    {
        var options = new PlrsOptions
        {
            MinimumLearningRate = 0.07,
            MaximumLearningRate = 0.1,
            Seed = 3,
            Redraw = RedrawInterval.EveryEpoch,
            WarmUpEpochs = 1.5,
        };

        Assert.AreEqual(WarmUpSchedule.ForEpochs(1.5, new PlrsSchedule(0.07, 0.1, 3, RedrawInterval.EveryEpoch)), options.CreateSchedule());
    }

    [TestMethod]
    public void TheDefaultsAreThoseOfThePaper()
    {
        var schedule = new PlrsOptions { MinimumLearningRate = 0.07, MaximumLearningRate = 0.1 }.CreateSchedule();

        Assert.AreEqual(new PlrsSchedule(0.07, 0.1, seed: null, RedrawInterval.EveryStep), schedule);
    }

    [TestMethod]
    [DataRow(0, 0.1, 0, "MinimumLearningRate", "MinimumLearningRate is 0; it must be finite and greater than 0.")]
    [DataRow(double.NaN, 0.1, 0, "MinimumLearningRate", "MinimumLearningRate is NaN; it must be finite and greater than 0.")]
    [DataRow(
        0.1, 0.1, 0, "MaximumLearningRate", "MaximumLearningRate is 0.1; it must be finite and greater than MinimumLearningRate (0.1).")]
    [DataRow(0.1, double.PositiveInfinity, 0, "MaximumLearningRate", "it must be finite and greater than MinimumLearningRate (0.1).")]
    [DataRow(
        0.1,
        1e39,
        0,
        "MaximumLearningRate",
        "MaximumLearningRate is 1E+39; it must be at most 3.4028235E+38, the largest single-precision number.")]
    [DataRow(0.1, 0.2, -1, "WarmUpEpochs", "WarmUpEpochs is -1; it must be finite and at least 0.")]
    public void SettingsOutOfRangeAreRefusedByName(double minimum, double maximum, double warmUp, string name, string message)
    {
        var options = new PlrsOptions { MinimumLearningRate = minimum, MaximumLearningRate = maximum, WarmUpEpochs = warmUp };

        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(options.Validate);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(options.CreateSchedule);

        Assert.AreEqual(name, error.ParamName);
        StringAssert.Contains(error.Message, message);
    }
}
