using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Checkpoints;

[TestClass]
public sealed class FaultTests
{
    [TestMethod]
    public void AWorkspaceThatCannotBeWrittenToIsAnErrorBeforeTraining()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("file");
        File.WriteAllText(file, "");
        var options = QuickRun.CheckpointedOptions("plain SGD", folder);
        options.WorkspacePath = Path.Combine(file, "workspace");

        var (run, error) = QuickRun.Fail<InvalidOperationException>(options);

        Assert.StartsWith($"No checkpoint can be written to the workspace '{Path.Combine(file, "workspace")}': ", error.Message);
        Assert.IsEmpty(run.Steps);
    }

    [TestMethod]
    [DataRow("SGD with momentum, early stopping")]
    [DataRow("AdamW, augmentation")]
    [DataRow("plain SGD")]
    [DataRow("no averaging")]
    public void TheRoomThatIsLookedForIsThatOfACheckpoint(string variant)
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions(variant, workspace);
        QuickRun.Train(options);
        var length = new FileInfo(QuickRun.CheckpointPath(workspace, 12)).Length;
        using var network = TestNetworks.Create(classCount: 3);
        var best = options.EarlyStoppingCriteria is null ? 0 : WeightsSnapshot.Length(network);

        var average = options.WeightAveraging == WeightAveraging.None ? 0 : AveragedWeights.Length(network);
        var estimate = TrainingState.Length(network, options.Optimizer) + best + average;

        // The rest is the run's settings.
        Assert.IsInRange(length - (1 << 14), length + (length / 20), estimate);
    }

    [TestMethod]
    public void ACheckpointThatCannotBeWrittenIsReportedAndTrainingGoesOn()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions("plain SGD", workspace);
        options.Checkpoints.Interval = null;
        options.Checkpoints.EveryEpochs = 1;
        var checkpoints = "";

        var run = QuickRun.Train(options, (_, steps) =>
        {
            if (steps == QuickRun.StepsPerEpoch + 1)
            {
                checkpoints = QuickRun.RunFolder(workspace.Path);
                Directory.Delete(checkpoints, recursive: true);
                File.WriteAllText(checkpoints, "in the way");
            }
        });

        Assert.AreEqual(QuickRun.Train(QuickRun.QuickOptions()).Weights, run.Weights);
        Assert.IsGreaterThanOrEqualTo(2, run.Warnings.Count);
        Assert.StartsWith($"The checkpoint after 8 steps could not be written to '{checkpoints}': ", run.Warnings[0]);
        Assert.EndsWith("Training goes on.", run.Warnings[0]);
    }

    [TestMethod]
    public void ALossThatIsNoNumberEndsTrainingAndTheLastGoodCheckpointIsKept()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions("plain SGD", workspace);
        Explode(options, atStep: 5);

        var (run, error) = QuickRun.Fail<TrainingDivergedException>(options);

        // Step 5 makes the weights infinite, step 6 sees it.
        Assert.HasCount(6, run.Steps);
        Assert.AreEqual(
            "Training diverged at step 6 (epoch 1, learning rate 1E-06 after 3E+38): the loss is NaN. " +
            "Try a lower maximum learning rate (a range test finds it), a warm-up, or larger batches. " +
            $"The last good checkpoint is '{QuickRun.CheckpointPath(workspace, 5)}'.",
            error.Message);
        Assert.AreEqual(QuickRun.CheckpointPath(workspace, 5), QuickRun.Checkpoints(workspace)[^1]);
        Assert.AreEqual("No checkpoint is written after step 6: the weights are not all finite.", run.Warnings.Single());
    }

    [TestMethod]
    public void WeightsThatTheLastStepMadeInfiniteAreNoModel()
    {
        var options = QuickRun.QuickOptions();
        Explode(options, atStep: (QuickRun.StepsPerEpoch * QuickRun.Epochs) - 1);

        var (run, error) = QuickRun.Fail<TrainingDivergedException>(options);

        Assert.HasCount(12, run.Steps);
        Assert.StartsWith(
            "Training diverged at step 11 (epoch 2, learning rate 3E+38 after 1E-06): the weights are not all finite. Try a lower",
            error.Message);
    }

    private static void Explode(TorchImageClassificationTrainer.Options options, int atStep)
    {
        options.Optimizer = new SgdOptions { WeightDecay = 1000 };
        options.Schedule = new Explosion(atStep);
    }

    private sealed record Explosion(int AtStep) : ILearningRateSchedule
    {
        public double GetLearningRate(TrainingStep step) => step.Index == AtStep ? 3e38 : 1e-6;
    }
}
