using Microsoft.ML.Trainers;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.TensorFlow;

namespace Plrs.MLNet.Tests.TensorFlow;

[TestClass]
public sealed class ScheduleLearningRateSchedulerTests
{
    [TestMethod]
    public void AScheduleThatNeedsTheLengthOfTheRunIsRefusedBeforeTraining()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new ScheduleLearningRateScheduler(new OneCycleSchedule(0.1)));

        Assert.AreEqual("schedule", error.ParamName);
        Assert.StartsWith(
            "The schedule one-cycle, 0.01 to 0.1 and back, " +
            "then to 0.001, over the run takes its length from the run, which is not known here: " +
            "make it with totalEpochs, or give it by UseSchedule to a trainer or to options that have an Epoch.",
            error.Message);
    }

    [TestMethod]
    public void AnEpochWithALastPartialBatchHasOneStepMore()
    {
        var seen = StepsSeen(examples: 25, batchSize: 10, epochs: 3);

        CollectionAssert.AreEqual(Enumerable.Range(0, 9).Select(i => new TrainingStep(i, stepsPerEpoch: 3)).ToArray(), seen);
    }

    [TestMethod]
    public void WholeBatchesAreKnownFromTheSecondEpochOn()
    {
        var seen = StepsSeen(examples: 20, batchSize: 10, epochs: 3);

        TrainingStep[] expected =
        [
            new(0, stepsPerEpoch: 3),
            new(1, stepsPerEpoch: 3),
            new(2, stepsPerEpoch: 2),
            new(3, stepsPerEpoch: 2),
            new(4, stepsPerEpoch: 2),
            new(5, stepsPerEpoch: 2),
        ];
        CollectionAssert.AreEqual(expected, seen);
    }

    [TestMethod]
    public void FewerExamplesThanABatchMakeOneStepAnEpoch()
    {
        var seen = StepsSeen(examples: 3, batchSize: 10, epochs: 4);

        CollectionAssert.AreEqual(Enumerable.Range(0, 4).Select(i => new TrainingStep(i, stepsPerEpoch: 1)).ToArray(), seen);
    }

    [TestMethod]
    public void ASecondRunStartsAnewWithItsOwnNumberOfBatches()
    {
        var schedule = new RecordingSchedule();
        var scheduler = new ScheduleLearningRateScheduler(schedule);
        Train(scheduler, examples: 95, batchSize: 10, epochs: 2);
        schedule.Steps.Clear();

        Train(scheduler, examples: 25, batchSize: 10, epochs: 2);

        CollectionAssert.AreEqual(Enumerable.Range(0, 6).Select(i => new TrainingStep(i, stepsPerEpoch: 3)).ToArray(), schedule.Steps);
    }

    [TestMethod]
    public void StepNumbersDoNotOverflow()
    {
        var schedule = new RecordingSchedule();
        var scheduler = new ScheduleLearningRateScheduler(schedule);
        scheduler.GetLearningRate(new DnnTrainState { CurrentBatchIndex = 99_999, BatchesPerEpoch = 100_000 });

        scheduler.GetLearningRate(new DnnTrainState { CurrentEpoch = 1_000_000, CurrentBatchIndex = 5, BatchesPerEpoch = 100_000 });

        Assert.AreEqual(100_000_000_005, schedule.Steps[^1].Index);
    }

    [TestMethod]
    public void ARateThatIsNoRateIsRefused()
    {
        var scheduler = new ScheduleLearningRateScheduler(new RecordingSchedule(rate: double.NaN));

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => scheduler.GetLearningRate(new DnnTrainState()));

        StringAssert.Contains(error.Message, "gave the learning rate NaN for step 0 (epoch 0)");
    }

    [TestMethod]
    public void AScheduleIsNeeded()
    {
        var error = Assert.ThrowsExactly<ArgumentNullException>(() => new ScheduleLearningRateScheduler(null!));

        Assert.AreEqual("schedule", error.ParamName);
    }

    private static List<TrainingStep> StepsSeen(int examples, int batchSize, int epochs)
    {
        var schedule = new RecordingSchedule();
        Train(new ScheduleLearningRateScheduler(schedule), examples, batchSize, epochs);
        return schedule.Steps;
    }

    // The calls that ML.NET's trainer makes: see ImageClassificationTrainerDouble.
    private static void Train(ScheduleLearningRateScheduler scheduler, int examples, int batchSize, int epochs)
    {
        var state = new DnnTrainState { BatchSize = batchSize, BatchesPerEpoch = examples / batchSize };
        for (state.CurrentEpoch = 0; state.CurrentEpoch < epochs; state.CurrentEpoch++)
        {
            for (state.CurrentBatchIndex = 0; state.CurrentBatchIndex * batchSize < examples; state.CurrentBatchIndex++)
            {
                scheduler.GetLearningRate(state);
            }
        }
    }

    private sealed class RecordingSchedule(double rate = 0.1) : ILearningRateSchedule
    {
        public List<TrainingStep> Steps { get; } = [];

        public double GetLearningRate(TrainingStep step)
        {
            Steps.Add(step);
            return rate;
        }
    }
}
