using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Tests.Checkpoints;

/// <summary>Trainings that diverge and had a good epoch before.</summary>
[TestClass]
public sealed class DivergenceTests
{
    private const string Diverged = "Training diverged at step 6 (epoch 1, learning rate 1E-06 after 3E+38): the loss is NaN. " +
        "Try a lower maximum learning rate (a range test finds it), a warm-up, or larger batches.";

    [TestMethod]
    public void TheBestEpochsModelIsReturnedWhereAskedTo()
    {
        var run = QuickRun.Train(Exploding(atStep: 5, DivergenceAction.ReturnBest));

        var firstEpoch = Exploding(atStep: 5, DivergenceAction.Throw);
        firstEpoch.Epoch = 1;
        Assert.HasCount(6, run.Steps);
        Assert.AreEqual(QuickRun.Train(firstEpoch).Weights, run.Weights);
        Assert.AreEqual($"{Diverged} The model is that of the best epoch, 0.", run.Warnings.Single());
        Assert.Contains("Training ended after 7 steps: it diverged, and the model is that of epoch 0.", run.Log);
    }

    [TestMethod]
    public void WithAnAverageOfTheWeightsItIsTheBestEpochsAverage()
    {
        var run = QuickRun.Train(Averaged(DivergenceAction.ReturnBest, QuickRun.Epochs));

        Assert.HasCount(6, run.Steps);
        Assert.AreEqual(QuickRun.Train(Averaged(DivergenceAction.Throw, epochs: 1)).Weights, run.Weights);

        static Options Averaged(DivergenceAction onDivergence, int epochs)
        {
            var options = Exploding(atStep: 5, onDivergence);
            options.WeightAveraging = WeightAveraging.Exponential();
            options.Epoch = epochs;
            return options;
        }
    }

    [TestMethod]
    public void SoItIsWhenTheLastStepMakesTheWeightsInfinite()
    {
        var last = (QuickRun.StepsPerEpoch * QuickRun.Epochs) - 1;
        var (_, error) = QuickRun.Fail<TrainingDivergedException>(Exploding(last, DivergenceAction.Throw));
        var run = QuickRun.Train(Exploding(last, DivergenceAction.ReturnBest));

        Assert.StartsWith(
            "Training diverged at step 11 (epoch 2, learning rate 3E+38 after 1E-06): the weights are not all finite. Try a lower",
            error.Message);
        Assert.StartsWith(
            "Training diverged at step 11 (epoch 2, learning rate 3E+38 after 1E-06): the weights are not all finite. Try a lower",
            run.Warnings.Single());
    }

    [TestMethod]
    public void TheErrorSaysHowToKeepTheBestEpoch()
    {
        var (_, error) = QuickRun.Fail<TrainingDivergedException>(Exploding(atStep: 5, DivergenceAction.Throw));

        Assert.AreEqual(
            $"{Diverged} The best epoch was 0; with Stopping.OnDivergence set to ReturnBest, Fit returns its model.", error.Message);
    }

    [TestMethod]
    public void BeforeTheFirstEpochsEndThereIsNone()
    {
        var (_, error) = QuickRun.Fail<TrainingDivergedException>(Exploding(atStep: 1, DivergenceAction.ReturnBest));

        Assert.StartsWith("Training diverged at step 2 (epoch 0, ", error.Message);
        Assert.EndsWith("No epoch was done, so there is no model to return.", error.Message);
    }

    [TestMethod]
    public void ARunThatFailedCanBeResumedToReturnTheBestOrToGoOnWithLowerRates()
    {
        using var workspace = new TemporaryFolder();
        var options = Checkpointed(Exploding(atStep: 5, DivergenceAction.Throw), workspace);
        var (_, error) = QuickRun.Fail<TrainingDivergedException>(options);
        var newest = QuickRun.Checkpoints(workspace)[^1];
        Assert.EndsWith($"The last good checkpoint is '{newest}'.", error.Message);

        options.Stopping.OnDivergence = DivergenceAction.ReturnBest;
        var best = QuickRun.Train(options);

        Assert.AreEqual(5, best.Steps[0].Step.Index);
        Assert.AreEqual(QuickRun.Train(Exploding(atStep: 5, DivergenceAction.ReturnBest)).Weights, best.Weights);
        Assert.AreEqual(newest, QuickRun.Checkpoints(workspace)[^1], "what diverged is no checkpoint");

        options.Stopping.OnDivergence = DivergenceAction.Throw;
        options.Schedule = new ConstantSchedule(1e-6);
        options.Checkpoints.ResumeFrom = CheckpointSource.File(newest, scheduleMayDiffer: true);
        var gentle = QuickRun.Train(options);

        Assert.AreEqual((5, 11), (gentle.Steps[0].Step.Index, gentle.Steps[^1].Step.Index));
    }

    private static Options Checkpointed(Options options, TemporaryFolder workspace)
    {
        options.WorkspacePath = workspace.Path;
        options.Checkpoints.Interval = TimeSpan.FromTicks(1);
        options.Checkpoints.ResumeFrom = CheckpointSource.Newest;
        return options;
    }

    /// <summary>A step makes the weights infinite, and the next one sees it.</summary>
    private static Options Exploding(int atStep, DivergenceAction onDivergence)
    {
        var options = QuickRun.QuickOptions();
        options.EarlyStoppingCriteria = new EarlyStopping();
        options.Stopping.OnDivergence = onDivergence;
        options.Optimizer = new SgdOptions { WeightDecay = 1000 };
        options.Schedule = new Explosion(atStep);
        return options;
    }

    private sealed record Explosion(int AtStep) : ILearningRateSchedule
    {
        public double GetLearningRate(TrainingStep step) => step.Index == AtStep ? 3e38 : 1e-6;
    }
}
