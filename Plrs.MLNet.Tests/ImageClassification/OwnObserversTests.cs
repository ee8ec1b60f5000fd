using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class OwnObserversTests
{
    [TestMethod]
    public void OneIsToldWhatTheCallbacksAre()
    {
        var observer = new Notes();
        var options = QuickRun.QuickOptions();
        options.Reporting.Observers = [observer, new SlowestEpoch()];
        options.Schedule = new PlrsSchedule(2, 3);

        var run = QuickRun.Train(options);

        CollectionAssert.AreEqual(
            run.Steps.Select(step => step.CrossEntropy).ToArray(), observer.Steps.Select(step => step.CrossEntropy).ToArray());
        CollectionAssert.AreEqual(
            run.Steps.Select(step => step.LearningRate).ToArray(), observer.Steps.Select(step => step.LearningRate).ToArray());
        Assert.StartsWith("starting 3×4 | step 0 | RateAboveSmoothness | step 1 | ", string.Join(" | ", observer.Told));
        Assert.EndsWith(" | epoch 2 | ended: Completed, all 3 epochs are done", string.Join(" | ", observer.Told));
    }

    [TestMethod]
    public void AnExceptionOfOneEndsTheTrainingAndLosesNoStep()
    {
        using var workspace = new TemporaryFolder();
        var observer = new Notes { ThrowsAt = 5 };
        var options = QuickRun.CheckpointedOptions("plain SGD", workspace);
        options.Reporting.Observers = [observer];

        QuickRun.Fail<NotSupportedException>(options);
        observer.ThrowsAt = null;
        var resumed = QuickRun.Train(options);

        Assert.Contains("failed: from the observer", observer.Told);
        Assert.AreEqual(6, resumed.Steps[0].Step.Index);
        Assert.AreEqual(QuickRun.Train(QuickRun.QuickOptions()).Weights, resumed.Weights);
    }

    [TestMethod]
    public void WhatAnObserverThrowsOfAFailureHidesNeitherTheCauseNorTheCheckpoint()
    {
        using var workspace = new TemporaryFolder();
        var (first, second) = (new Notes { ThrowsAt = 5, ThrowsOfFailures = true }, new Notes());
        var options = QuickRun.CheckpointedOptions("plain SGD", workspace);
        options.Checkpoints.Interval = TimeSpan.FromDays(1);
        options.Reporting.Observers = [first, second];

        var (run, error) = QuickRun.Fail<NotSupportedException>(options);

        Assert.AreEqual("from the observer", error.Message);
        Assert.Contains("failed: from the observer", second.Told);
        Assert.Contains("checkpoint 6", second.Told);
        Assert.AreEqual(QuickRun.CheckpointPath(workspace, 6), QuickRun.Checkpoints(workspace).Single());
        CollectionAssert.AreEqual(
            new[] { "The observer Notes threw in OnFailed: of the failure", "The observer Notes threw in OnCheckpoint: of the checkpoint" },
            run.Warnings);
    }

    [TestMethod]
    public void ARunThatWasFinishedIsStartedAndEnded()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions("plain SGD", workspace);
        QuickRun.Train(options);
        var observer = new Notes();
        options.Reporting.Observers = [observer];

        QuickRun.Train(options);

        Assert.AreEqual("starting 3×4 | ended: Completed, all 3 epochs are done", string.Join(" | ", observer.Told));
    }

    /// <summary>What the documentation shows.</summary>
    private sealed class SlowestEpoch : ITrainingObserver
    {
        public double ImagesPerSecond { get; private set; } = double.PositiveInfinity;

        public void OnEpoch(ImageClassificationMetrics training, ImageClassificationMetrics? validation) =>
            ImagesPerSecond = Math.Min(ImagesPerSecond, training.ImagesPerSecond);
    }

    private sealed class Notes : ITrainingObserver
    {
        public int? ThrowsAt { get; set; }

        public bool ThrowsOfFailures { get; init; }

        public List<string> Told { get; } = [];

        public List<StepMetrics> Steps { get; } = [];

        public void OnStarting(int epochs, int stepsPerEpoch) => Told.Add($"starting {epochs}×{stepsPerEpoch}");

        public void OnStep(StepMetrics metrics)
        {
            Told.Add($"step {metrics.Step.Index}");
            Steps.Add(metrics);
            if (metrics.Step.Index == ThrowsAt)
            {
                throw new NotSupportedException("from the observer");
            }
        }

        public void OnInstability(InstabilitySignal signal) => Told.Add($"{signal.Kind}");

        public void OnEpoch(ImageClassificationMetrics training, ImageClassificationMetrics? validation) =>
            Told.Add($"epoch {training.Epoch}");

        public void OnEnded(StopReason reason, string text) => Told.Add($"ended: {reason}, {text}");

        public void OnFailed(Exception exception)
        {
            Told.Add($"failed: {exception.Message}");
            if (ThrowsOfFailures)
            {
                throw new InvalidOperationException("of the failure");
            }
        }

        public void OnCheckpoint(TrainingCheckpoint checkpoint)
        {
            Told.Add($"checkpoint {checkpoint.Steps}");
            if (ThrowsOfFailures)
            {
                throw new InvalidOperationException("of the checkpoint");
            }
        }
    }
}
