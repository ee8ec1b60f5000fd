using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Tests.TensorFlow;

namespace Plrs.MLNet.Tests.TorchTrainers;

/// <summary>
/// What a trainer by the shape of Microsoft.ML.TorchSharp's makes of a schedule, on a double; <see cref="MLNetTrainerTests"/> has the real
/// ones.
/// </summary>
[TestClass]
public sealed class TorchTrainerTests
{
    private const int Seed = 11;
    private static readonly PlrsSchedule Schedule = new(0.1, 0.2, Seed);

    private readonly MLContext _context = new(Seed);

    [TestMethod]
    public void WithoutAScheduleTheRatesAndBetasAreTheTrainersOwn()
    {
        var (_, steps) = Fit(Double());

        Assert.AreEqual(5 / 25.0, steps[0].LearningRate, 1e-12, "OneCycleLR begins with a 25th of its maximum.");
        Assert.AreEqual(6, steps.Select(step => step.LearningRate).Distinct().Count());
        Assert.AreNotEqual(0.8, steps[0].Beta1);
    }

    [TestMethod]
    public void TheRatesAreTheLastSchedulesAndTheBetasTheOptions()
    {
        var (model, steps) = Fit(Double().UsePlrs(0.3, 0.4).UseSchedule(Schedule));

        CollectionAssert.AreEqual(Rates(Schedule, 6), steps.Select(step => step.LearningRate).ToArray());
        CollectionAssert.AreEqual(Rates(Schedule, 6).Select(rate => (float)rate).ToArray(), model.LearningRates.ToArray());
        Assert.IsTrue(steps.TrueForAll(step => step.Beta1 == 0.8));
    }

    /// <summary>10 images in batches of 4 make 3 steps an epoch.</summary>
    [TestMethod]
    public void EpochsBeginWhereTheDataDoes()
    {
        var schedule = new MultiStepSchedule(0.4, milestones: [1], factor: 0.5);

        var (_, steps) = Fit(Double().UseSchedule(schedule));

        CollectionAssert.AreEqual(new[] { 0.4, 0.4, 0.4, 0.2, 0.2, 0.2 }, steps.Select(step => step.LearningRate).ToArray());
    }

    [TestMethod]
    public void FewerRowsThanABatchMakeOneStepAnEpoch()
    {
        var (_, steps) = Fit(Double().UseSchedule(new MultiStepSchedule(0.4, milestones: [1], factor: 0.5)), images: 3);

        CollectionAssert.AreEqual(new[] { 0.4, 0.2 }, steps.Select(step => step.LearningRate).ToArray());
    }

    [TestMethod]
    public void EveryFitAndEveryFoldBeginsAtStepZero()
    {
        var trainer = Double().UseSchedule(Schedule);
        var pipeline = new EstimatorChain<ITransformer>().Append(trainer);

        var first = trainer.Fit(DoubleData.Images(_context, 10)).Model;
        var second = trainer.Fit(DoubleData.Images(_context, 10)).Model;
        var folds = _context.MulticlassClassification.CrossValidate(DoubleData.Images(_context, 30), pipeline, numberOfFolds: 3)
            .SelectMany(fold => fold.Model.DoublesIn());

        foreach (var model in folds.Append(first).Append(second))
        {
            Assert.IsGreaterThan(4, model.LearningRates.Count);
            CollectionAssert.AreEqual(
                Rates(Schedule, model.LearningRates.Count).Select(rate => (float)rate).ToArray(), model.LearningRates.ToArray());
        }
    }

    [TestMethod]
    public void TrainersFittedAtTheSameTimeDoNotDisturbEachOther()
    {
        var trainer = Double().UseSchedule(Schedule);
        var models = new ImageClassificationModelParametersDouble[8];

        Parallel.For(0, models.Length, i => models[i] = trainer.Fit(DoubleData.Images(_context, 10)).Model);

        Assert.IsTrue(Array.TrueForAll(models, model => model.LearningRates.SequenceEqual(models[0].LearningRates)));
        CollectionAssert.AreEqual(Rates(Schedule, 6).Select(rate => (float)rate).ToArray(), models[0].LearningRates.ToArray());
    }

    [TestMethod]
    public void TheOptionsOfTheGivenTrainerAreUntouched()
    {
        var options = new TorchTrainerDouble.Options();

        new TorchTrainerDouble(_context, options).UseSchedule(Schedule).Fit(DoubleData.Images(_context, 10));

        Assert.AreEqual(0, options.NumberOfClasses);
    }

    [TestMethod]
    [DataRow(TorchTrainerDouble.Closure.SomethingElse)]
    [DataRow(TorchTrainerDouble.Closure.NoDelegate)]
    public void AFitThatDoesNotShowItsInnerTrainerFailsBeforeItTrains(TorchTrainerDouble.Closure closure)
    {
        var epochs = 0;
        var options = new TorchTrainerDouble.Options { Closure = closure, AtEpoch = _ => epochs++ };
        var trainer = new TorchTrainerDouble(_context, options).UseSchedule(Schedule);

        var error = Assert.ThrowsExactly<NotSupportedException>(() => trainer.Fit(DoubleData.Images(_context, 10)));

        Assert.AreEqual(
            $"{typeof(TorchTrainerDouble).FullName} of Plrs.MLNet.Tests 1.1.0 has a learning-rate scheduler, " +
            "but not an inner trainer that its progress channel gets to see, " +
            "as Microsoft.ML.TorchSharp 0.23 has. This version of Plrs.MLNet cannot set its schedule.",
            error.Message);
        Assert.AreEqual(0, epochs);
    }

    [TestMethod]
    public void WhatFailsBeforeTrainingFailsAsItDoesWithoutASchedule()
    {
        var trainer = new TorchTrainerDouble(
            _context, new TorchTrainerDouble.Options { FeatureColumnName = "Photo" }).UseSchedule(Schedule);

        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.Fit(DoubleData.Images(_context, 10)));

        StringAssert.StartsWith(error.Message, "Column 'Photo' not found");
    }

    [TestMethod]
    public void ARateThatIsNoneIsRefusedBeforeTheFirstStep()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(Double().UseSchedule(new NotANumber())));

        Assert.AreEqual(
            "The schedule no numbers gave the learning rate NaN for step 0 (epoch 0); " +
            "a learning rate must be at least 0 and finite in single precision.",
            error.Message);
    }

    [TestMethod]
    public void ExecutionIsCancelled()
    {
        var epochs = 0;
        var options = new TorchTrainerDouble.Options
        {
            MaxEpoch = 100,
            AtEpoch = epoch =>
            {
                epochs++;
                if (epoch == 2)
                {
                    _context.CancelExecution();
                }
            },
        };

        Assert.ThrowsExactly<OperationCanceledException>(
            () => new TorchTrainerDouble(_context, options).UseSchedule(Schedule).Fit(DoubleData.Images(_context, 10)));
        Assert.AreEqual(3, epochs);
    }

    [TestMethod]
    public void EveryCopyKnowsWhatTheContextSays()
    {
        using var folder = new TemporaryFolder();
        _context.TempFilePath = folder.Path;
        _context.GpuDeviceId = 3;
        _context.FallbackToCpu = false;
        var trainer = Double();
        for (var copies = 0; copies < 4; copies++)
        {
            Assert.AreEqual(
                (Seed, folder.Path, 3, false),
                (trainer.OwnHost.Seed, trainer.OwnHost.TempFilePath, trainer.OwnHost.GpuDeviceId, trainer.OwnHost.FallbackToCpu),
                $"{copies} copies");
            trainer = trainer.UsePlrs(0.1, 0.2);
        }
    }

    private TorchTrainerDouble Double() => new(_context, new TorchTrainerDouble.Options());

    private (ImageClassificationModelParametersDouble Model, List<RecordedStep> Steps) Fit(TorchTrainerDouble trainer, int images = 10)
    {
        var steps = RecordingOptimizer.In(trainer);
        return (trainer.Fit(DoubleData.Images(_context, images)).Model, steps);
    }

    private static double[] Rates(PlrsSchedule schedule, int steps) =>
        [.. Enumerable.Range(0, steps).Select(i => schedule.GetLearningRate(new TrainingStep(i, 1)))];

    private sealed class NotANumber : ILearningRateSchedule
    {
        public double GetLearningRate(TrainingStep step) => double.NaN;

        public override string ToString() => "no numbers";
    }
}
