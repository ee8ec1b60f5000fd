using System.Globalization;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Checkpoints;

[TestClass]
public sealed class ResumeTests
{
    private const string WithMomentum = "SGD with momentum, early stopping";
    private const string WithAugmentation = "AdamW, augmentation";

    public static IEnumerable<string> Variants => QuickRun.Variants.Keys;

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void ARunCancelledAfterAnyStepAndResumedEndsAsIfNothingHadBeen(string variant)
    {
        var uninterrupted = QuickRun.Train(QuickRun.QuickOptions(variant));

        // In the first epoch, at the end of one, in the last.
        foreach (var last in new[] { 1, QuickRun.StepsPerEpoch, 11 })
        {
            using var workspace = new TemporaryFolder();
            var options = QuickRun.CheckpointedOptions(variant, workspace);
            options.Checkpoints.Interval = null;
            options.Checkpoints.EveryEpochs = 100;

            var (cancelled, _) = QuickRun.Fail<OperationCanceledException>(options, (mlContext, steps) =>
            {
                if (steps == last)
                {
                    mlContext.CancelExecution();
                }
            });
            var checkpoint = QuickRun.CheckpointPath(workspace, last);
            var resumed = QuickRun.Train(options);

            Assert.HasCount(last, cancelled.Steps);
            Assert.AreEqual(uninterrupted.Weights, resumed.Weights, $"cancelled after step {last}");
            CollectionAssert.AreEquivalent(uninterrupted.Reports.ToList(), cancelled.Reports.Concat(resumed.Reports).Distinct().ToList());
            Assert.Contains(
                $"Resumed from '{checkpoint}': {Count(last, "step")} and {Count(resumed.Metrics[0].Epoch, "epoch")} are done.",
                resumed.Log);
        }
    }

    [TestMethod]
    public void AnExceptionInACallbackLosesNoStep()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions(WithMomentum, workspace);
        options.Checkpoints.Interval = null;
        options.Checkpoints.EveryEpochs = 100;

        var (_, error) = QuickRun.Fail<NotSupportedException>(options, (_, steps) =>
        {
            if (steps == 7)
            {
                throw new NotSupportedException("from the callback");
            }
        });
        var resumed = QuickRun.Train(options);

        Assert.AreEqual("from the callback", error.Message);
        Assert.AreEqual(7, resumed.Steps[0].Step.Index);
        Assert.AreEqual(QuickRun.Train(QuickRun.QuickOptions(WithMomentum)).Weights, resumed.Weights);
    }

    [TestMethod]
    [DataRow(ImageClassificationDataset.Train, 1)]
    [DataRow(ImageClassificationDataset.Validation, 1)]
    [DataRow(ImageClassificationDataset.Validation, 2)]
    public void AnExceptionInAnEpochsCallbackLosesNothing(ImageClassificationDataset dataset, int epoch)
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions(WithMomentum, workspace);
        options.Checkpoints.Interval = null;
        options.Checkpoints.EveryEpochs = 100;

        QuickRun.Fail<NotSupportedException>(options, onMetrics: (_, metrics) =>
        {
            if (metrics.DatasetUsed == dataset && metrics.Epoch == epoch)
            {
                throw new NotSupportedException();
            }
        });
        var resumed = QuickRun.Train(options);

        // The epoch whose figures were reported last is not done while it has to be validated.
        var done = dataset == ImageClassificationDataset.Train ? epoch : epoch + 1;
        Assert.Contains(
            $"{Count((epoch + 1) * QuickRun.StepsPerEpoch, "step")} and {Count(done, "epoch")} are done.",
            resumed.Log.Single(message => message.StartsWith("Resumed from", StringComparison.Ordinal)));
        Assert.HasCount((QuickRun.Epochs - epoch - 1) * QuickRun.StepsPerEpoch, resumed.Steps);
        Assert.AreEqual(QuickRun.Train(QuickRun.QuickOptions(WithMomentum)).Weights, resumed.Weights);
    }

    [TestMethod]
    public void ACheckpointIsNotWrittenInTheMiddleOfAStep()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions(WithMomentum, workspace);
        options.Checkpoints.Interval = null;
        options.Checkpoints.EveryEpochs = 1;
        options.Schedule = new Ending(at: 7);

        // Asked for the rate of step 7, the schedule fails in the middle of step 6.
        var (run, _) = QuickRun.Fail<NotSupportedException>(options);

        Assert.HasCount(6, run.Steps);
        Assert.AreEqual(QuickRun.CheckpointPath(workspace, QuickRun.StepsPerEpoch), QuickRun.Checkpoints(workspace).Single());
    }

    [TestMethod]
    public void ARunIsTheSameInAnotherCulture()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions("Adam", workspace);
        options.Schedule = new SaysItsRate(0.0125);
        QuickRun.Fail<OperationCanceledException>(options, (mlContext, steps) =>
        {
            if (steps == 5)
            {
                mlContext.CancelExecution();
            }
        });

        // German, as far as numbers go: the tests run without the system's cultures.
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NegativeSign) = (",", "−");
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = german;
        try
        {
            Assert.AreEqual("constant 0,0125", options.Schedule.ToString());
            Assert.AreEqual(5, QuickRun.Train(options).Steps[0].Step.Index);
            Assert.AreSame(german, CultureInfo.CurrentCulture);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void CancellationInTheValidationLeavesACheckpointFromWhichTheEpochIsValidated()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions(WithAugmentation, workspace);
        options.Checkpoints.Interval = null;
        options.Checkpoints.EveryEpochs = 100;

        QuickRun.Fail<OperationCanceledException>(options, onMetrics: (mlContext, metrics) =>
        {
            if (metrics is { DatasetUsed: ImageClassificationDataset.Train, Epoch: 1 })
            {
                mlContext.CancelExecution();
            }
        });
        var resumed = QuickRun.Train(options);

        Assert.AreEqual((ImageClassificationDataset.Train, 1), (resumed.Metrics[0].DatasetUsed, resumed.Metrics[0].Epoch));
        Assert.AreEqual((ImageClassificationDataset.Validation, 1), (resumed.Metrics[1].DatasetUsed, resumed.Metrics[1].Epoch));
        Assert.HasCount(QuickRun.StepsPerEpoch, resumed.Steps);
        Assert.AreEqual(QuickRun.Train(QuickRun.QuickOptions(WithAugmentation)).Weights, resumed.Weights);
    }

    [TestMethod]
    public void AFinishedRunGivesItsModelAgainWithoutTraining()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions(WithMomentum, workspace);
        options.EarlyStoppingCriteria = new EarlyStopping { MinDelta = 100, Patience = 2 };

        var first = QuickRun.Train(options);
        var again = QuickRun.Train(options);

        Assert.HasCount(2 * QuickRun.StepsPerEpoch, first.Steps);
        Assert.IsEmpty(again.Steps);
        Assert.AreEqual(first.Weights, again.Weights);
        Assert.Contains("Training ended after 8 steps: early stopping, 2 epochs in a row without improvement.", again.Log);
    }

    [TestMethod]
    public void AFinishedRunCanBeTrainedOnForMoreEpochs()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions("Adam", workspace);
        options.Epoch = 2;
        QuickRun.Train(options);

        options.Epoch = QuickRun.Epochs;

        Assert.AreEqual(QuickRun.Train(QuickRun.QuickOptions("Adam")).Weights, QuickRun.Train(options).Weights);
    }

    [TestMethod]
    public void WithoutResumeFromTrainingStartsFromTheBeginning()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions("Adam", workspace);
        QuickRun.Train(options);
        options.Checkpoints.ResumeFrom = null;

        var again = QuickRun.Train(options);

        Assert.HasCount(QuickRun.StepsPerEpoch * QuickRun.Epochs, again.Steps);
    }

    [TestMethod]
    public void AnOlderCheckpointCanBeChosenByItsFile()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions(WithAugmentation, workspace);
        options.Checkpoints.Kept = 100;
        var whole = QuickRun.Train(options);
        options.Checkpoints.ResumeFrom = CheckpointSource.File(QuickRun.CheckpointPath(workspace, steps: 5));
        options.Checkpoints.Interval = null;
        options.WorkspacePath = null;

        var resumed = QuickRun.Train(options);

        Assert.AreEqual(5, resumed.Steps[0].Step.Index);
        Assert.AreEqual(whole.Weights, resumed.Weights);
    }

    [TestMethod]
    public void RunsWithOtherSettingsShareAWorkspace()
    {
        using var workspace = new TemporaryFolder();
        var first = QuickRun.CheckpointedOptions("Adam", workspace);
        var second = QuickRun.CheckpointedOptions(WithAugmentation, workspace);
        var firstWeights = QuickRun.Train(first).Weights;

        var other = QuickRun.Train(second);

        Assert.HasCount(QuickRun.StepsPerEpoch * QuickRun.Epochs, other.Steps);
        var warning = other.Warnings.Single();
        Assert.StartsWith("There is no checkpoint of this run in '", warning);
        Assert.Contains("The workspace has checkpoints of 1 run with other settings or data. The nearest is '", warning);
        Assert.Contains("augmentation.flip was False, is True", warning);
        Assert.AreEqual(firstWeights, QuickRun.Train(first).Weights);
        Assert.AreEqual(
            "3 3", string.Join(' ', Directory.GetDirectories(workspace.Path).Select(folder => Directory.GetFiles(folder).Length)));
    }

    private sealed class Ending(long at) : ILearningRateSchedule
    {
        public double GetLearningRate(TrainingStep step) => step.Index < at ? 0.05 : throw new NotSupportedException();

        public override string ToString() => "ending";
    }

    /// <summary>A schedule of a user who did not think of cultures.</summary>
    private sealed class SaysItsRate(double rate) : ILearningRateSchedule
    {
        public double GetLearningRate(TrainingStep step) => rate;

        public override string ToString() => $"constant {rate}";
    }

    private static string Count(int number, string thing) => number == 1 ? $"1 {thing}" : $"{number} {thing}s";
}
