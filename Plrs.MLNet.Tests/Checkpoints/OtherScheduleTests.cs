using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Tests.Checkpoints;

/// <summary>Runs that differ from a checkpoint's in the schedule.</summary>
[TestClass]
public sealed class OtherScheduleTests
{
    private const string Variant = "SGD with momentum, early stopping";

    [TestMethod]
    public void OnPurposeARunGoesOnWithOtherRatesFromTheStepOfTheCheckpoint()
    {
        using var workspace = Interrupted(_ => { });
        var path = QuickRun.CheckpointPath(workspace, 5);
        var options = QuickRun.CheckpointedOptions(Variant, workspace);
        options.Schedule = new ConstantSchedule(0.01);
        options.Checkpoints.ResumeFrom = CheckpointSource.File(path, scheduleMayDiffer: true);

        var resumed = QuickRun.Train(options);

        var switched = QuickRun.QuickOptions(Variant);
        switched.Schedule = new Switched(5, new PlrsSchedule(0.05, 0.1, QuickRun.Seed), new ConstantSchedule(0.01));
        Assert.AreEqual(5, resumed.Steps[0].Step.Index);
        Assert.AreEqual(QuickRun.Train(switched).Weights, resumed.Weights);
        Assert.AreEqual(
            "It goes on with another schedule, as asked to: " +
            "schedule was PLRS U[0.05, 0.1], seed 11, redrawn every step, is constant 0.01; " +
            "weightAveraging was exponential, decay 0.98, is none.",
            resumed.Warnings.Single());
    }

    [TestMethod]
    public void AnotherAverageBeginsAtTheCheckpointWhateverWasAveragedBefore()
    {
        var weights = new[] { WeightAveraging.Exponential(), WeightAveraging.None, WeightAveraging.Uniform(1) }.Select(before =>
        {
            using var workspace = Interrupted(options => options.WeightAveraging = before, "plain SGD");
            var options = QuickRun.CheckpointedOptions("plain SGD", workspace);
            options.WeightAveraging = WeightAveraging.Uniform(0);
            options.Checkpoints.ResumeFrom = CheckpointSource.File(QuickRun.CheckpointPath(workspace, 5), scheduleMayDiffer: true);
            return QuickRun.Train(options).Weights;
        });

        Assert.HasCount(1, weights.Distinct().ToList());
    }

    [TestMethod]
    public void OnPurposeOrNotTheOtherSettingsMustBeEqual()
    {
        using var workspace = Interrupted(_ => { });
        var options = QuickRun.CheckpointedOptions(Variant, workspace);
        options.Schedule = new ConstantSchedule(0.01);
        options.BatchSize = 5;
        options.Checkpoints.ResumeFrom = CheckpointSource.File(QuickRun.CheckpointPath(workspace, 5), scheduleMayDiffer: true);

        var (_, error) = QuickRun.Fail<InvalidOperationException>(options);

        Assert.EndsWith(
            "is refused: it is of a run with other settings or data: " +
            "batchSize was 4, is 5; schedule was PLRS U[0.05, 0.1], seed 11, redrawn every step, is constant 0.01; " +
            "weightAveraging was exponential, decay 0.98, is none.",
            error.Message);
    }

    [TestMethod]
    public void OtherRatesOfAScheduleThatSaysNothingOfItselfAreTakenOnPurposeToo()
    {
        using var workspace = Interrupted(options => options.Schedule = new Titled(0.1, "mine"));
        var options = QuickRun.CheckpointedOptions(Variant, workspace);
        options.Schedule = new Titled(0.2, "mine");
        options.Checkpoints.ResumeFrom = CheckpointSource.File(QuickRun.CheckpointPath(workspace, 5), scheduleMayDiffer: true);

        var resumed = QuickRun.Train(options);

        Assert.AreEqual((5, 0.2), (resumed.Steps[0].Step.Index, resumed.Steps[0].LearningRate));
        Assert.AreEqual(
            "It goes on with another schedule, as asked to: the schedule gave the learning rate 0.1 for step 4 and now gives 0.2.",
            resumed.Warnings.Single());
    }

    [TestMethod]
    public void ARefusalForTheScheduleAloneSaysWhatIsThereForThat()
    {
        using var workspace = Interrupted(_ => { });
        var options = QuickRun.CheckpointedOptions(Variant, workspace);
        options.Schedule = new ConstantSchedule(0.01);
        options.Checkpoints.ResumeFrom = CheckpointSource.File(QuickRun.CheckpointPath(workspace, 5));

        var (_, error) = QuickRun.Fail<InvalidOperationException>(options);

        Assert.EndsWith(
            "is constant 0.01; weightAveraging was exponential, decay 0.98, is none. " +
            "If that is on purpose, ask for the checkpoint by CheckpointSource.File(path, scheduleMayDiffer: true).",
            error.Message);
    }

    [TestMethod]
    public void ARunWhoseSchedulesTextHasChangedSaysThatItStartsFromTheBeginning()
    {
        using var workspace = Interrupted(options => options.Schedule = new Titled(0.1, "mine"));
        var path = QuickRun.CheckpointPath(workspace, 5);
        var options = QuickRun.CheckpointedOptions(Variant, workspace);
        options.Schedule = new Titled(0.1, "mine, with a better name");

        var run = new QuickRun();
        Assert.ThrowsExactly<OperationCanceledException>(() => run.Fit(options, (mlContext, _) => mlContext.CancelExecution()));

        Assert.AreEqual(0, run.Steps[0].Step.Index);
        var warning = run.Warnings.Single();
        Assert.StartsWith("There is no checkpoint of this run in '", warning);
        Assert.EndsWith(
            "': training starts from the beginning. The workspace has checkpoints of 1 run with other settings or data. " +
            $"The nearest is '{path}': schedule was mine, is mine, with a better name. " +
            "Whether to resume from it is yours to decide: CheckpointSource.File(path, scheduleMayDiffer: true) does.",
            warning);
    }

    [TestMethod]
    public void TheNearestRunThatDiffersIsNamedAndDamagedOnesAreNot()
    {
        using var workspace = Interrupted(options => options.BatchSize = 5);
        using (var file = new FileStream(QuickRun.Checkpoints(workspace)[^1], FileMode.Open))
        {
            // The newest of the run, cut off in its settings, must not be in the way.
            var copy = Directory.CreateDirectory(Path.Combine(workspace.Path, "00000000")).FullName;
            var bytes = new byte[100];
            file.ReadExactly(bytes);
            File.WriteAllBytes(Path.Combine(copy, "checkpoint-000000000001.plrs"), bytes);
        }

        var run = new QuickRun();
        Assert.ThrowsExactly<OperationCanceledException>(
            () => run.Fit(QuickRun.CheckpointedOptions(Variant, workspace), (mlContext, _) => mlContext.CancelExecution()));

        var warning = run.Warnings.Single();
        Assert.Contains(
            "training starts from the beginning. The workspace has checkpoints of 1 run with other settings or data. The nearest is '",
            warning);
        Assert.EndsWith("/checkpoint-000000000005.plrs': batchSize was 5, is 4.", warning);
    }

    /// <summary>A workspace with the checkpoints after steps 3, 4 and 5.</summary>
    private static TemporaryFolder Interrupted(Action<Options> change, string variant = Variant)
    {
        var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions(variant, workspace);
        change(options);
        QuickRun.Fail<OperationCanceledException>(options, (mlContext, steps) =>
        {
            if (steps == 5)
            {
                mlContext.CancelExecution();
            }
        });
        return workspace;
    }

    private sealed class Titled(double rate, string title) : ILearningRateSchedule
    {
        public double GetLearningRate(TrainingStep step) => rate;

        public override string ToString() => title;
    }

    private sealed record Switched(long At, ILearningRateSchedule Before, ILearningRateSchedule After) : ILearningRateSchedule
    {
        public double GetLearningRate(TrainingStep step) => (step.Index < At ? Before : After).GetLearningRate(step);
    }
}
