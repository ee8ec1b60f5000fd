using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;
using Options = Plrs.MLNet.Tests.TensorFlow.ImageClassificationTrainerDouble.Options;

namespace Plrs.MLNet.Tests.TensorFlow;

/// <summary>Schedules in a training by ML.NET's TensorFlow contract, as its double keeps it.</summary>
[TestClass]
public sealed class TrainerContractTests : IDisposable
{
    private const int Seed = 11;
    private static readonly PlrsSchedule Schedule = new(0.05, 0.2, seed: 4);

    private readonly TemporaryFolder _temporary = new();
    private readonly MLContext _context;

    public TrainerContractTests() => _context = new MLContext(Seed) { TempFilePath = _temporary.Path };

    public void Dispose() => _temporary.Dispose();

    [TestMethod]
    public void AScheduleTakesTheLengthOfTheRunFromTheOptions()
    {
        var rates = new ImageClassificationTrainerDouble(
            _context, CreateOptions(epochs: 4, batchSize: 10)).UseSchedule(DecaySchedule.Linear(0.4)).Fit(Images(10)).Model.LearningRates;

        Assert.AreEqual(0.1f, rates[^1], 1e-6f);
    }

    [TestMethod]
    [DataRow(23, 10, 15, DisplayName = "last batch partial")]
    [DataRow(20, 10, 10, DisplayName = "whole batches")]
    [DataRow(3, 10, 5, DisplayName = "fewer examples than a batch")]
    public void RatesOfFiveEpochsAreThoseOfStepsFromZero(int examples, int batchSize, int steps)
    {
        var trainer = new ImageClassificationTrainerDouble(_context, CreateOptions(epochs: 5, batchSize)).UseSchedule(Schedule);

        var rates = trainer.Fit(Images(examples)).Model.LearningRates;

        CollectionAssert.AreEqual(ExpectedRates(Schedule, steps), rates.ToArray());
    }

    [TestMethod]
    public void WithFewerExamplesThanABatchMLNetsOwnRateIsNotANumber()
    {
        var rates = new ImageClassificationTrainerDouble(_context, CreateOptions(epochs: 2)).Fit(Images(3)).Model.LearningRates;

        CollectionAssert.AreEqual(new[] { float.NaN, float.NaN }, rates.ToArray());
    }

    [TestMethod]
    public void ASecondFitUsesTheSameRates()
    {
        var trainer = new ImageClassificationTrainerDouble(_context, CreateOptions(epochs: 3)).UseSchedule(Schedule);
        trainer.Fit(Images(33));

        var rates = trainer.Fit(Images(17)).Model.LearningRates;

        CollectionAssert.AreEqual(ExpectedRates(Schedule, steps: 6), rates.ToArray());
    }

    [TestMethod]
    public void EveryFoldOfACrossValidationUsesTheSameRates()
    {
        var pipeline = new EstimatorChain<ITransformer>()
            .Append(new ImageClassificationTrainerDouble(_context, CreateOptions(epochs: 2)))
            .UseSchedule(Schedule);

        var folds = _context.MulticlassClassification.CrossValidate(Images(45), pipeline, numberOfFolds: 3);

        foreach (var fold in folds)
        {
            var rates = fold.Model.DoublesIn().Single().LearningRates;
            Assert.IsGreaterThan(4, rates.Count);
            CollectionAssert.AreEqual(ExpectedRates(Schedule, rates.Count), rates.ToArray());
        }
    }

    [TestMethod]
    public void ValidationUsesNoSteps()
    {
        var options = CreateOptions(epochs: 3);
        options.ValidationSet = Images(50);
        var reported = new List<(bool IsValidation, float Rate)>();
        options.MetricsCallback = metrics => reported.Add((metrics.IsValidation, metrics.LearningRate));
        var trainer = new ImageClassificationTrainerDouble(_context, options).UseSchedule(Schedule);

        var rates = trainer.Fit(Images(23)).Model.LearningRates;

        CollectionAssert.AreEqual(ExpectedRates(Schedule, steps: 9), rates.ToArray());
        float[] lastOfEpochs = [.. reported.Where(metrics => !metrics.IsValidation).Select(metrics => metrics.Rate)];
        CollectionAssert.AreEqual(new[] { rates[2], rates[5], rates[8] }, lastOfEpochs);
        Assert.AreEqual(6, reported.Count);
    }

    [TestMethod]
    public void ATrainerBuiltWithoutSchedulingGetsAScheduleToo()
    {
        var options = CreateOptions(epochs: 1);
        options.LearningRateScheduler = null;

        var rates = new ImageClassificationTrainerDouble(_context, options).UseSchedule(Schedule).Fit(Images(23)).Model.LearningRates;

        CollectionAssert.AreEqual(ExpectedRates(Schedule, steps: 3), rates.ToArray());
    }

    [TestMethod]
    public void TheSeedOfTheContextIsTheDefault()
    {
        var unseeded = new MLContext { TempFilePath = _temporary.Path };

        var rates = new ImageClassificationTrainerDouble(
            _context, CreateOptions(epochs: 2)).UsePlrs(0.1, 0.3).UsePlrs(0.1, 0.2).Fit(Images(23)).Model.LearningRates;
        var unseededRates = new ImageClassificationTrainerDouble(
            unseeded, CreateOptions(epochs: 2)).UsePlrs(0.1, 0.2).Fit(Images(23)).Model.LearningRates;
        var optionsRates = new ImageClassificationTrainerDouble(
            _context, CreateOptions(epochs: 2).UsePlrs(0.1, 0.2)).Fit(Images(23)).Model.LearningRates;

        CollectionAssert.AreEqual(ExpectedRates(new PlrsSchedule(0.1, 0.2, Seed), steps: 6), rates.ToArray());
        CollectionAssert.AreEqual(ExpectedRates(new PlrsSchedule(0.1, 0.2, seed: 0), steps: 6), unseededRates.ToArray());
        CollectionAssert.AreEqual(ExpectedRates(new PlrsSchedule(0.1, 0.2, seed: 0), steps: 6), optionsRates.ToArray());
    }

    [TestMethod]
    public void TheTorchSharpSchedulerGivesTheSameRates()
    {
        using var weights = nn.Parameter(zeros(1));
        using var optimizer = optim.SGD([weights], learningRate: 1);
        var torchScheduler = new PlrsLR(optimizer, 0.05, 0.2, seed: 4);
        var torchRates = new List<float>();
        for (var step = 0; step < 15; step++)
        {
            torchRates.Add((float)optimizer.ParamGroups.Single().LearningRate);
            torchScheduler.step();
        }

        var trainer = new ImageClassificationTrainerDouble(_context, CreateOptions(epochs: 5)).UseSchedule(Schedule);

        CollectionAssert.AreEqual(torchRates, trainer.Fit(Images(23)).Model.LearningRates.ToList());
    }

    [TestMethod]
    public void ThePipelineLearnsAndPredicts()
    {
        var images = Images(60);
        var trainer = new ImageClassificationTrainerDouble(_context, CreateOptions(epochs: 60)).UsePlrs(0.5, 1);

        var metrics = _context.MulticlassClassification.Evaluate(trainer.Fit(images).Transform(images));

        Assert.IsGreaterThan(0.9, metrics.MicroAccuracy);
    }

    internal static Options CreateOptions(int epochs, int batchSize = 10) => new()
    {
        FeatureColumnName = "Image",
        Epoch = epochs,
        BatchSize = batchSize,
        EarlyStoppingCriteria = null,
        ValidationSetFraction = null,
    };

    private static float[] ExpectedRates(PlrsSchedule schedule, int steps) =>
        [.. Enumerable.Range(0, steps).Select(i => (float)schedule.GetLearningRate(new TrainingStep(i, 1)))];

    private IDataView Images(int count) => DoubleData.Images(_context, count);
}
