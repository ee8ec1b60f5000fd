using Microsoft.ML;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class DeterminismTests
{
    [TestMethod]
    public void OneSeedGivesTheSameRatesAndWeights()
    {
        var first = Train(seed: 7);
        var second = Train(seed: 7);

        CollectionAssert.AreEqual(first.Rates, second.Rates);
        CollectionAssert.AreEqual(first.Losses, second.Losses);
        CollectionAssert.AreEqual(first.Weights, second.Weights);
    }

    [TestMethod]
    public void AnotherSeedGivesOtherRatesAndWeights()
    {
        var first = Train(seed: 7);
        var second = Train(seed: 8);

        CollectionAssert.AreNotEqual(first.Rates, second.Rates);
        CollectionAssert.AreNotEqual(first.Weights, second.Weights);
    }

    [TestMethod]
    public void EveryStepUsesTheScheduledRate()
    {
        var run = Train(seed: 7);

        // 20 images less 4 for validation in batches of 8, 2 epochs; the schedule's seed is the MLContext's.
        var schedule = new PlrsSchedule(0.05, 0.1, seed: 7);
        CollectionAssert.AreEqual(
            Enumerable.Range(0, 4).Select(i => schedule.GetLearningRate(new TrainingStep(i, stepsPerEpoch: 2))).ToList(), run.Rates);
    }

    [TestMethod]
    public void ASeedOfTheSchedulesOwnIsKept()
    {
        var schedule = new PlrsSchedule(0.05, 0.1, seed: 42);

        CollectionAssert.AreEqual(Train(seed: 7, schedule).Rates, Train(seed: 8, schedule).Rates);
    }

    [TestMethod]
    public void AContextWithoutASeedDrawsOne()
    {
        CollectionAssert.AreNotEqual(Train(seed: null).Rates, Train(seed: null).Rates);
    }

    [TestMethod]
    public void FittingTwiceGivesTheSameModel()
    {
        var mlContext = new MLContext(seed: 7);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(12));
        var pipeline = TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 1));

        CollectionAssert.AreEqual(TestPipeline.Scores(pipeline.Fit(data), data), TestPipeline.Scores(pipeline.Fit(data), data));
    }

    private static Run Train(int? seed, ILearningRateSchedule? schedule = null)
    {
        var mlContext = new MLContext(seed);
        var run = new Run();
        var options = TestPipeline.QuickOptions(epochs: 2);
        options.Images.Augmentation = ImageAugmentation.CropAndFlip;
        options.ValidationSetFraction = 0.2f;
        options.Optimizer = new SgdOptions { Momentum = 0.9 };
        options.Schedule = schedule ?? options.Schedule;
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = step =>
        {
            run.Rates.Add(step.LearningRate);
            run.Losses.Add(step.CrossEntropy);
        } }];

        var model = TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(20)));
        run.Weights = TestNetworks.WeightBytes(TestPipeline.Model(model).Weights);
        return run;
    }

    private sealed class Run
    {
        public List<double> Rates { get; } = [];

        public List<float> Losses { get; } = [];

        public byte[] Weights { get; set; } = [];
    }
}
