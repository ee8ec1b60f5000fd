using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Training;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class EarlyStoppingTests
{
    [TestMethod]
    public void DefaultsAreMLNets()
    {
        Assert.AreEqual(new EarlyStopping { MinDelta = 0.01f, Patience = 20, Metric = EarlyStoppingMetric.Accuracy }, new EarlyStopping());
        Assert.AreEqual(0.5f, new EarlyStopping { MinDelta = -0.5f }.MinDelta);
    }

    [TestMethod]
    public void SettingsOutOfRangeAreRefused()
    {
        AssertRefused(() => new EarlyStopping { MinDelta = float.NaN }, "MinDelta", "MinDelta is NaN; it must be a finite number.");
        AssertRefused(
            () => new EarlyStopping { MinDelta = float.NegativeInfinity },
            "MinDelta",
            "MinDelta is -Infinity; it must be a finite number.");
        AssertRefused(() => new EarlyStopping { Patience = 0 }, "Patience", "Patience is 0; it must be at least 1.");
        AssertRefused(() => new EarlyStopping { Metric = (EarlyStoppingMetric)2 }, "Metric", "Metric is 2; it must be Accuracy or Loss.");
        AssertRefused(() => new EarlyStopping() with { Patience = -1 }, "Patience", "Patience is -1; it must be at least 1.");
        AssertRefused(
            () => new EarlyStopping { StartFromEpoch = -1 }, "StartFromEpoch", "StartFromEpoch is -1; it must be at least 0, or null.");
    }

    [TestMethod]
    [DataRow(EarlyStoppingMetric.Accuracy)]
    [DataRow(EarlyStoppingMetric.Loss)]
    public void TrainingStopsInTheSameEpochAsMLNets(EarlyStoppingMetric metric)
    {
        var random = new Random(3);
        var stops = 0;
        for (var run = 0; run < 2000; run++)
        {
            var minDelta = random.Next(3) * 0.05f;
            var patience = random.Next(1, 6);

            // Figures on a coarse grid, so that changes of exactly the smallest improvement and of nothing come up as well.
            var values = Enumerable.Range(0, 30)
                .Select(_ => random.Next(run % 2 == 0 ? 5 : 1000) * (run % 2 == 0 ? 0.25f : 0.001f)).ToArray();
            var expected = StoppingEpoch(values, minDelta, patience, metric == EarlyStoppingMetric.Accuracy);

            Assert.AreEqual(
                expected, Observe(values, new EarlyStopping { MinDelta = minDelta, Patience = patience, Metric = metric }), $"Run {run}");
            stops += expected >= 0 ? 1 : 0;
        }

        Assert.IsGreaterThan(200, stops);
    }

    [TestMethod]
    public void SmallStepsThatAddUpCountAsAnImprovementOnce()
    {
        // Each is 0.1 better than the one before, every second one 0.2 better than the last that counted.
        float[] values = [0.1f, 0.3f, 0.4f, 0.55f, 0.6f, 0.8f];

        Assert.AreEqual(-1, Observe(values, new EarlyStopping { MinDelta = 0.15f, Patience = 2 }));
        Assert.AreEqual(0, Observe(values, new EarlyStopping { MinDelta = 0.15f, Patience = 1 }));
    }

    [TestMethod]
    public void TheBestEpochIsThatOfTheBestFigureHoweverSmallTheGain()
    {
        Assert.AreEqual("0 1 5", BestEpochs(EarlyStoppingMetric.Accuracy, 0, 0.5f, 0.5f, 0.4f, 0.5f, 0.5001f));
        Assert.AreEqual("0 1 4", BestEpochs(EarlyStoppingMetric.Loss, 2, 1, 1, float.NaN, 0.9999f, 3));
    }

    [TestMethod]
    public void OfEpochsWithEqualAccuracyTheOneWithTheLowestLossIsBest()
    {
        var monitor = new EarlyStoppingMonitor(new EarlyStopping { Patience = 3 });
        var best = new List<int>();
        (float Accuracy, float Loss)[] epochs = [(1, float.NaN), (1, 0.5f), (1, 0.4f), (1, float.NaN), (1, 0.4f), (0.9f, 0.1f), (1, 0.3f)];
        for (var epoch = 0; epoch < epochs.Length; epoch++)
        {
            monitor.Observe(epochs[epoch].Accuracy, epochs[epoch].Loss);
            if (monitor.IsBest)
            {
                best.Add(epoch);
            }

            // A lower loss is no improvement of the accuracy that is watched.
            Assert.AreEqual(epoch >= 3, monitor.ShouldStop);
        }

        Assert.AreEqual("0 1 2 6", string.Join(' ', best));
    }

    [TestMethod]
    [DataRow("knee", null, 10)] // 7 explore epochs; patience 3
    [DataRow("knee", 0, 3)]
    [DataRow("multi-step", null, 12)]
    [DataRow("multi-step", 5, 8)]
    [DataRow("one-cycle", null, 17)]
    [DataRow("PLRS", null, 3)]
    [DataRow("PLRS", 6, 9)]
    public void ItDoesNotStopBeforeTheSchedulesLastDecay(string schedule, int? startFromEpoch, int epochs)
    {
        ILearningRateSchedule[] schedules =
        [
            new KneeSchedule(1e-9, 7, totalEpochs: 30),
            new MultiStepSchedule(1e-9, [4, 9]),
            new OneCycleSchedule(1e-9, totalEpochs: 30),
            new PlrsSchedule(1e-9, 2e-9),
        ];
        var told = new List<string>();
        var settings = ToySession.Settings with
        {
            Epochs = 30,
            Schedule = schedules.Single(one => one.ToString()!.StartsWith(schedule, StringComparison.Ordinal)),
        };
        using var network = new ToyNetwork(classCount: 4);
        using var stopping = new EarlyStoppingObserver(new EarlyStopping { MinDelta = 2, Patience = 3, StartFromEpoch = startFromEpoch });
        using var session = ToySession.Create(network, [stopping, new Recorder("", told)], settings);

        session.Run();

        Assert.AreEqual(epochs, session.State.Epoch);
        Assert.Contains(": completed: early stopping, 3 epochs in a row without improvement", told);
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void ALossThatIsNoNumberIsNoImprovement(float loss)
    {
        Assert.AreEqual(2, Observe([loss, loss, loss, loss], new EarlyStopping { Patience = 3, Metric = EarlyStoppingMetric.Loss }));
        Assert.AreEqual(3, Observe([1, loss, loss, loss], new EarlyStopping { Patience = 3, Metric = EarlyStoppingMetric.Loss }));
        Assert.AreEqual("", BestEpochs(EarlyStoppingMetric.Loss, float.NaN, float.NaN));
    }

    // The rule of ML.NET: what changes by less than MinDelta against the last improvement is waited for; single precision.
    private static int StoppingEpoch(float[] values, float minDelta, int patience, bool increasing)
    {
        var last = increasing ? 0 : float.MaxValue;
        var waited = 0;
        for (var epoch = 0; epoch < values.Length; epoch++)
        {
            var gain = increasing ? values[epoch] - last : last - values[epoch];
            waited = gain < minDelta ? waited + 1 : 0;
            if (waited == patience)
            {
                return epoch;
            }

            last = gain < minDelta ? last : values[epoch];
        }

        return -1;
    }

    private static int Observe(float[] values, EarlyStopping criteria)
    {
        var monitor = new EarlyStoppingMonitor(criteria);
        for (var epoch = 0; epoch < values.Length; epoch++)
        {
            Observe(monitor, criteria.Metric, values[epoch]);
            if (monitor.ShouldStop)
            {
                return epoch;
            }
        }

        return -1;
    }

    private static string BestEpochs(EarlyStoppingMetric metric, params float[] values)
    {
        var monitor = new EarlyStoppingMonitor(new EarlyStopping { MinDelta = 0.1f, Patience = 100, Metric = metric });
        var best = new List<int>();
        for (var epoch = 0; epoch < values.Length; epoch++)
        {
            Observe(monitor, metric, values[epoch]);
            if (monitor.IsBest)
            {
                best.Add(epoch);
            }
        }

        return string.Join(' ', best);
    }

    // The figure that is not watched says the contrary.
    private static void Observe(EarlyStoppingMonitor monitor, EarlyStoppingMetric metric, float value) =>
        monitor.Observe(metric == EarlyStoppingMetric.Accuracy ? value : -value, metric == EarlyStoppingMetric.Loss ? value : value + 1);

    private static void AssertRefused(Func<object> create, string parameter, string message)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(create);

        Assert.AreEqual(parameter, error.ParamName);
        Assert.StartsWith(message, error.Message);
    }
}
