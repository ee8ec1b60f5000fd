using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>What the trainer's observers, in the order in which it lists them, mean to a user.</summary>
[TestClass]
public sealed class ObserverOrderTests
{
    [TestMethod]
    public void CallbacksComeBeforeTheLogAndTheLogBeforeTheCheckpoint()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions("SGD with momentum, early stopping", workspace);
        options.Epoch = 1;
        options.Reporting.InstabilitySignals = InstabilitySignals.None;
        var told = new List<string>();
        var run = new QuickRun { OnLog = message => told.Add(string.Join(' ', message.Split(' ').Take(4))) };

        run.Fit(
            options, (_, steps) => told.Add($"step callback {steps}"), (_, metrics) => told.Add($"metrics callback {metrics.DatasetUsed}"));

        string[] expected =
        [
            "step callback 3", "Checkpoint after 3 steps:",
            "step callback 4", "Checkpoint after 4 steps:",
            "metrics callback Train",
            "metrics callback Validation",
            "Dataset used: Train, Epoch:",
            "Dataset used: Validation, Epoch:",
            "Checkpoint after 4 steps:", // The epoch is done now, so it is another one.
            "Training ended after 4",
        ];
        CollectionAssert.AreEqual(
            expected,
            told.SkipWhile(what => what != expected[0]).Where(what => !what.StartsWith("Channel", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    public void ACancellationIsNotHiddenByAStop()
    {
        using var stop = new CancellationTokenSource();
        var options = QuickRun.QuickOptions();
        options.Stopping.Token = stop.Token;

        QuickRun.Fail<OperationCanceledException>(options, (mlContext, _) =>
        {
            stop.Cancel();
            mlContext.CancelExecution();
        });
    }

    [TestMethod]
    public void AnEpochThatACallbackFailsInCountsForEarlyStopping()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions("plain SGD", workspace);
        options.EarlyStoppingCriteria = new Plrs.MLNet.EarlyStopping { MinDelta = 100, Patience = 1 };

        QuickRun.Fail<NotSupportedException>(options, onMetrics: (_, metrics) =>
        {
            if (metrics.DatasetUsed == ImageClassificationDataset.Validation)
            {
                throw new NotSupportedException();
            }
        });
        var resumed = QuickRun.Train(options);

        Assert.IsEmpty(resumed.Steps);
        Assert.Contains("Training ended after 4 steps: early stopping, 1 epoch in a row without improvement.", resumed.Log);
    }
}
