using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification.Checkpoints;

[TestClass]
public sealed class ResumeTests
{
    public static IEnumerable<string> Variants => TestRun.Variants.Keys;

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void ARunCancelledAfterAnyStepAndResumedEndsAsIfNothingHadBeen(string variant)
    {
        var uninterrupted = TestRun.Train(TestRun.QuickOptions(variant));

        for (var last = 1; last < TestRun.StepsPerEpoch * TestRun.Epochs; last++)
        {
            using var workspace = new TemporaryFolder();
            var options = Checkpointed(variant, workspace);
            options.CheckpointInterval = null;
            options.CheckpointEveryEpochs = 100;

            var (cancelled, _) = TestRun.Fail<OperationCanceledException>(options, (mlContext, steps) =>
            {
                if (steps == last)
                {
                    mlContext.CancelExecution();
                }
            });
            var checkpoint = CheckpointPath(workspace, last);
            var resumed = TestRun.Train(options);

            Assert.HasCount(last, cancelled.Steps);
            Assert.AreEqual(uninterrupted.Weights, resumed.Weights, $"cancelled after step {last}");
            CollectionAssert.AreEquivalent(uninterrupted.Reports.ToList(), cancelled.Reports.Concat(resumed.Reports).Distinct().ToList());
            Assert.Contains($"Resumed from '{checkpoint}': {last} steps and {resumed.Metrics[0].Epoch} epochs are done.", resumed.Log);
        }
    }

    [TestMethod]
    public void ACrashLosesNoMoreThanWhatIsAfterTheLastCheckpoint()
    {
        using var workspace = new TemporaryFolder();
        var options = Checkpointed("SGD with momentum, early stopping", workspace);
        options.CheckpointInterval = null;
        options.CheckpointEveryEpochs = 1;

        TestRun.Fail<NotSupportedException>(options, (_, steps) =>
        {
            if (steps == 7)
            {
                throw new NotSupportedException();
            }
        });
        var resumed = TestRun.Train(options);

        Assert.AreEqual(TestRun.StepsPerEpoch, resumed.Steps[0].Step.Index);
        Assert.AreEqual(TestRun.Train(TestRun.QuickOptions("SGD with momentum, early stopping")).Weights, resumed.Weights);
    }

    [TestMethod]
    public void CancellationInTheValidationLeavesACheckpointFromWhichTheEpochIsValidated()
    {
        using var workspace = new TemporaryFolder();
        var options = Checkpointed("AdamW, augmentation", workspace);
        options.CheckpointInterval = null;
        options.CheckpointEveryEpochs = 100;

        TestRun.Fail<OperationCanceledException>(options, onMetrics: (mlContext, metrics) =>
        {
            if (metrics is { DatasetUsed: ImageClassificationDataset.Train, Epoch: 1 })
            {
                mlContext.CancelExecution();
            }
        });
        var resumed = TestRun.Train(options);

        Assert.AreEqual((ImageClassificationDataset.Train, 1), (resumed.Metrics[0].DatasetUsed, resumed.Metrics[0].Epoch));
        Assert.AreEqual((ImageClassificationDataset.Validation, 1), (resumed.Metrics[1].DatasetUsed, resumed.Metrics[1].Epoch));
        Assert.HasCount(TestRun.StepsPerEpoch, resumed.Steps);
        Assert.AreEqual(TestRun.Train(TestRun.QuickOptions("AdamW, augmentation")).Weights, resumed.Weights);
    }

    [TestMethod]
    public void AFinishedRunGivesItsModelAgainWithoutTraining()
    {
        using var workspace = new TemporaryFolder();
        var options = Checkpointed("SGD with momentum, early stopping", workspace);
        options.EarlyStoppingCriteria = new EarlyStopping(minDelta: 100, patience: 2);

        var first = TestRun.Train(options);
        var again = TestRun.Train(options);

        Assert.HasCount(2 * TestRun.StepsPerEpoch, first.Steps);
        Assert.IsEmpty(again.Steps);
        Assert.AreEqual(first.Weights, again.Weights);
        Assert.Contains("Training ended after 8 steps: early stopping, 2 epochs in a row without improvement.", again.Log);
    }

    [TestMethod]
    public void AFinishedRunCanBeTrainedOnForMoreEpochs()
    {
        using var workspace = new TemporaryFolder();
        var options = Checkpointed("Adam", workspace);
        options.Epoch = 2;
        TestRun.Train(options);

        options.Epoch = TestRun.Epochs;

        Assert.AreEqual(TestRun.Train(TestRun.QuickOptions("Adam")).Weights, TestRun.Train(options).Weights);
    }

    [TestMethod]
    public void WithoutResumeFromTrainingStartsFromTheBeginning()
    {
        using var workspace = new TemporaryFolder();
        var options = Checkpointed("Adam", workspace);
        TestRun.Train(options);
        options.ResumeFrom = null;

        var again = TestRun.Train(options);

        Assert.HasCount(TestRun.StepsPerEpoch * TestRun.Epochs, again.Steps);
    }

    [TestMethod]
    public void AnOlderCheckpointCanBeChosenByItsFile()
    {
        using var workspace = new TemporaryFolder();
        var options = Checkpointed("AdamW, augmentation", workspace);
        options.CheckpointsKept = 100;
        var whole = TestRun.Train(options);
        options.ResumeFrom = CheckpointSource.File(CheckpointPath(workspace, steps: 5));
        options.CheckpointInterval = null;
        options.WorkspacePath = null;

        var resumed = TestRun.Train(options);

        Assert.AreEqual(5, resumed.Steps[0].Step.Index);
        Assert.AreEqual(whole.Weights, resumed.Weights);
    }

    [TestMethod]
    public void RunsWithOtherSettingsShareAWorkspace()
    {
        using var workspace = new TemporaryFolder();
        var first = Checkpointed("Adam", workspace);
        var second = Checkpointed("AdamW, augmentation", workspace);
        var firstWeights = TestRun.Train(first).Weights;

        var other = TestRun.Train(second);

        Assert.HasCount(TestRun.StepsPerEpoch * TestRun.Epochs, other.Steps);
        Assert.IsTrue(other.Warnings.All(warning => warning.StartsWith("Passed over: The checkpoint '", StringComparison.Ordinal)));
        Assert.Contains("Optimizer was AdamOptions {", other.Warnings[0]);
        Assert.AreEqual(firstWeights, TestRun.Train(first).Weights);
        Assert.HasCount(6, Directory.GetFiles(workspace.File("checkpoints")));
    }

    private static TorchImageClassificationTrainer.Options Checkpointed(string variant, TemporaryFolder workspace)
    {
        var options = TestRun.QuickOptions(variant);
        options.WorkspacePath = workspace.Path;
        options.CheckpointInterval = TimeSpan.FromTicks(1);
        options.ResumeFrom = CheckpointSource.Newest;
        return options;
    }

    private static string CheckpointPath(TemporaryFolder workspace, int steps) =>
        Directory.GetFiles(workspace.File("checkpoints")).Single(path => Path.GetFileName(path).StartsWith($"checkpoint-{steps:D12}-", StringComparison.Ordinal));
}
