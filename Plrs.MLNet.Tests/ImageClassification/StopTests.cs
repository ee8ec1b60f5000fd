using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class StopTests
{
    [TestMethod]
    public void StopTokenEndsTrainingAfterTheStepWithTheCurrentWeights()
    {
        using var stop = new CancellationTokenSource();
        var options = QuickRun.QuickOptions();
        options.Stopping.Token = stop.Token;

        var run = QuickRun.Train(options, (_, steps) => StopAt(stop, steps, QuickRun.StepsPerEpoch));

        Assert.HasCount(QuickRun.StepsPerEpoch, run.Steps);
        Assert.Contains("Training ended after 4 steps: the stop token was cancelled.", run.Log);
        options = QuickRun.QuickOptions();
        options.Epoch = 1;
        Assert.AreEqual(QuickRun.Train(options).Weights, run.Weights);
    }

    [TestMethod]
    public void WithEarlyStoppingTheBestEpochIsReturned()
    {
        using var stop = new CancellationTokenSource();
        var options = QuickRun.QuickOptions("SGD with momentum, early stopping");
        options.Stopping.Token = stop.Token;

        var run = QuickRun.Train(options, (_, steps) => StopAt(stop, steps, QuickRun.StepsPerEpoch + 2));

        Assert.HasCount(QuickRun.StepsPerEpoch + 2, run.Steps);
        options = QuickRun.QuickOptions("SGD with momentum, early stopping");
        options.Epoch = 1;
        Assert.AreEqual(QuickRun.Train(options).Weights, run.Weights);
    }

    [TestMethod]
    public void StoppingInTheValidationLeavesItOut()
    {
        using var stop = new CancellationTokenSource();
        var options = QuickRun.QuickOptions();
        options.Stopping.Token = stop.Token;

        var run = QuickRun.Train(options, onMetrics: (_, _) => stop.Cancel());

        Assert.AreEqual(ImageClassificationDataset.Train, run.Metrics.Single().DatasetUsed);
        Assert.HasCount(QuickRun.StepsPerEpoch, run.Steps);
    }

    [TestMethod]
    public void StoppedBeforeTheFirstStepThereIsNoModel()
    {
        var options = QuickRun.QuickOptions();
        options.Stopping.Token = new CancellationToken(canceled: true);

        var (_, error) = QuickRun.Fail<TrainingStoppedException>(options);

        Assert.AreEqual("Training was stopped before its first step, so there is no model: the stop token was cancelled.", error.Message);
    }

    [TestMethod]
    public void ATimeBudgetThatIsUsedUpStopsTraining()
    {
        var options = QuickRun.QuickOptions();
        options.Stopping.TimeBudget = TimeSpan.FromTicks(1);

        var (_, error) = QuickRun.Fail<TrainingStoppedException>(options);

        Assert.AreEqual(
            "Training was stopped before its first step, so there is no model: the time budget of 00:00:00.0000001 is used up.",
            error.Message);
    }

    [TestMethod]
    public void AStoppedRunLeavesACheckpointAndGoesOnFromIt()
    {
        using var workspace = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var options = QuickRun.CheckpointedOptions("SGD with momentum, early stopping", workspace);
        options.Checkpoints.Interval = TimeSpan.FromDays(1);
        options.Stopping.Token = stop.Token;
        var stopped = QuickRun.Train(options, (_, steps) => StopAt(stop, steps, 6));
        Assert.AreEqual(QuickRun.CheckpointPath(workspace, 6), QuickRun.Checkpoints(workspace).Single());

        // Stopped once it is resumed, the run makes no step, but has the best epoch's model.
        var resumed = new QuickRun();
        resumed.FitUntilResumed(options);
        Assert.IsEmpty(resumed.Steps);
        Assert.AreEqual(stopped.Weights, resumed.Weights);

        options.Stopping.Token = default;
        Assert.AreEqual(
            QuickRun.Train(QuickRun.QuickOptions("SGD with momentum, early stopping")).Weights, QuickRun.Train(options).Weights);
    }

    [TestMethod]
    public void TheBudgetIsCountedFromTheStart()
    {
        var time = new ManualTime();
        var stop = new StopCondition(TimeSpan.FromSeconds(10), time, CancellationToken.None);

        time.Now += TimeSpan.FromSeconds(9);
        Assert.IsNull(stop.Cause);
        time.Now += TimeSpan.FromSeconds(1);
        Assert.AreEqual(new StopCause(StopReason.TimeBudget, "the time budget of 00:00:10 is used up"), stop.Cause);
    }

    [TestMethod]
    public void ATokenStopsAWaitAsItStopsAnythingBeforeTheFirstStep()
    {
        using var source = new CancellationTokenSource();
        var stop = new StopCondition(null, TimeProvider.System, source.Token);

        var error = Assert.ThrowsExactly<TrainingStoppedException>(() => stop.Wait(token =>
        {
            source.Cancel();
            return WaitFor(token);
        }));

        Assert.AreEqual(StopReason.StopToken, error.Reason);
        Assert.AreEqual("Training was stopped before its first step, so there is no model: the stop token was cancelled.", error.Message);
    }

    [TestMethod]
    [DataRow(10)]
    [DataRow(9)]
    public void TheBudgetStopsAWaitAlsoWhereTheTimerIsALittleEarly(int seconds)
    {
        var time = new ManualTime();
        var stop = new StopCondition(TimeSpan.FromSeconds(10), time, CancellationToken.None);

        var error = Assert.ThrowsExactly<TrainingStoppedException>(() => stop.Wait(token =>
        {
            time.Now += TimeSpan.FromSeconds(seconds);
            time.Elapse();
            return WaitFor(token);
        }));

        Assert.AreEqual(
            "Training was stopped before its first step, so there is no model: the time budget of 00:00:10 is used up.", error.Message);
    }

    [TestMethod]
    public void AWaitThatNobodyStopsGivesWhatItWaitedForAndItsOwnErrors()
    {
        var stop = new StopCondition(TimeSpan.MaxValue, TimeProvider.System, CancellationToken.None);

        Assert.AreEqual(3, stop.Wait(_ => 3));
        Assert.ThrowsExactly<OperationCanceledException>(() => stop.Wait<int>(_ => throw new OperationCanceledException()));
    }

    private static int WaitFor(CancellationToken token)
    {
        Assert.IsTrue(token.WaitHandle.WaitOne(TimeSpan.FromMinutes(1)));
        token.ThrowIfCancellationRequested();
        return 0;
    }

    private static void StopAt(CancellationTokenSource stop, long steps, long last)
    {
        if (steps == last)
        {
            stop.Cancel();
        }
    }
}
