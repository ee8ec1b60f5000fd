using Microsoft.ML;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class TrainingProgressTests
{
    [TestMethod]
    public void CallbacksReportEveryStepAndEpoch()
    {
        var mlContext = new MLContext(seed: 1);
        var epochs = new List<ImageClassificationMetrics>();
        var steps = new List<StepMetrics>();
        var options = TestPipeline.QuickOptions(epochs: 2);
        options.ValidationSetFraction = 0.25f;
        options.MetricsCallback = epochs.Add;
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = steps.Add }];

        TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(24)));

        // 24 images, 6 of them for validation; 18 in batches of 8, 8 and 2.
        CollectionAssert.AreEqual(new long[] { 0, 1, 2, 3, 4, 5 }, steps.Select(step => step.Step.Index).ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 0, 0, 1, 1, 1 }, steps.Select(step => step.Step.Epoch).ToArray());
        CollectionAssert.AreEqual(
            new[]
            {
                (ImageClassificationDataset.Train, 0, 3),
                (ImageClassificationDataset.Validation, 0, 1),
                (ImageClassificationDataset.Train, 1, 3),
                (ImageClassificationDataset.Validation, 1, 1),
            },
            epochs.Select(epoch => (epoch.DatasetUsed, epoch.Epoch, epoch.BatchProcessedCount)).ToArray());

        var firstEpoch = steps.Take(3).ToArray();
        Assert.AreEqual(
            ((8 * firstEpoch[0].CrossEntropy) + (8 * firstEpoch[1].CrossEntropy) + (2 * firstEpoch[2].CrossEntropy)) / 18,
            epochs[0].CrossEntropy,
            1e-5f);
        Assert.AreEqual(
            ((8 * firstEpoch[0].Accuracy) + (8 * firstEpoch[1].Accuracy) + (2 * firstEpoch[2].Accuracy)) / 18, epochs[0].Accuracy, 1e-6f);
        Assert.AreEqual(firstEpoch[2].LearningRate, epochs[0].LearningRate);
        Assert.IsTrue(epochs.All(epoch => epoch.ImagesPerSecond > 0));
        Assert.IsTrue(steps.All(step => step.ImagesPerSecond > 0));
    }

    [TestMethod]
    public void OneTrainingTellsOfTheAverageAndOfTheLastWeights()
    {
        var (averages, last) = Validations(WeightAveraging.Exponential());
        var (withoutAverage, none) = Validations(WeightAveraging.None);

        CollectionAssert.AreEqual(
            withoutAverage, last, "The last weights are those of a training without an average, and measured as these are.");
        CollectionAssert.AreNotEqual(withoutAverage, averages);
        CollectionAssert.AreEqual(
            averages, Validations(WeightAveraging.Exponential(), asksForLast: false).Reported, "Measuring them changes nothing.");
        Assert.IsEmpty(none);

        static ((int, float, float, double)[] Reported, (int, float, float, double)[] Last) Validations(
            WeightAveraging averaging, bool asksForLast = true)
        {
            var mlContext = new MLContext(seed: 1);
            var (reported, last) = (new List<ImageClassificationMetrics>(), new List<ImageClassificationMetrics>());
            var options = TestPipeline.QuickOptions(epochs: 2);
            options.ValidationSetFraction = 0.25f;
            options.WeightAveraging = averaging;
            options.TestOnTrainSet = false;
            options.MetricsCallback = reported.Add;
            options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { LastWeights = asksForLast ? last.Add : null }];
            TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(24)));
            return (Figures(reported), Figures(last));
        }

        static (int, float, float, double)[] Figures(IEnumerable<ImageClassificationMetrics> epochs) =>
            [.. epochs.Select(epoch => (epoch.Epoch, epoch.Accuracy, epoch.CrossEntropy, epoch.LearningRate))];
    }

    [TestMethod]
    public void TrainingFiguresCanBeLeftOut()
    {
        var mlContext = new MLContext(seed: 1);
        var reported = new List<ImageClassificationDataset>();
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.ValidationSet = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(3)))
            .Transform(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6, first: 50)));
        options.TestOnTrainSet = false;
        options.MetricsCallback = metrics => reported.Add(metrics.DatasetUsed);

        TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6)));

        CollectionAssert.AreEqual(new[] { ImageClassificationDataset.Validation }, reported);
    }

    [TestMethod]
    [DataRow(0.01f, "1 epoch of 1 step on cpu; schedule constant 0.01; seed 5.")]
    [DataRow(0.3f, "1 epoch of 1 step on cpu; schedule constant 0.3; seed 5.")]
    [DataRow(1.5e-5f, "1 epoch of 1 step on cpu; schedule constant 1.5E-05; seed 5.")]
    public void TheLogSaysTheLearningRateAsItWasWritten(float learningRate, string expected)
    {
        var mlContext = new MLContext(seed: 5);
        var messages = new List<string>();
        var rates = new List<double>();
        mlContext.Log += (_, e) => messages.Add(e.RawMessage);
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Schedule = null;
        options.LearningRate = learningRate;
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = metrics => rates.Add(metrics.LearningRate) }];

        TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6)));

        StringAssert.EndsWith(messages.Single(message => message.StartsWith("Training CifarResNet", StringComparison.Ordinal)), expected);
        Assert.AreEqual(learningRate, (float)rates.Single());
    }

    [TestMethod]
    public void TheLogSaysWhatIsTrainedAndHowItGoes()
    {
        var mlContext = new MLContext(seed: 5);
        var messages = new List<string>();
        mlContext.Log += (_, e) => messages.Add(e.RawMessage);

        TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(
            mlContext.Data.LoadFromEnumerable(TestPipeline.Images(12)));

        Assert.Contains(
            "Training CifarResNet(depth: 20) on 12 images of 3 classes, validating on 0; 1 epoch of 2 steps on cpu; " +
            "schedule PLRS U[0.05, 0.1], seed 5, redrawn every step; averaged weights: exponential, decay 0.98; seed 5.",
            messages);
        Assert.IsTrue(
            messages.Exists(message => message.StartsWith("Dataset used: Train, Epoch: 0, Batches: 2, ", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void TheLogHasTheFiguresOfTheTrainingAndOfTheValidation()
    {
        var mlContext = new MLContext(seed: 5);
        var messages = new List<string>();
        mlContext.Log += (_, e) => messages.Add(e.RawMessage);
        var options = TestPipeline.QuickOptions(epochs: 2);
        options.ValidationSetFraction = 0.25f;

        TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(24)));

        CollectionAssert.AreEqual(
            new[] { "Train, Epoch: 0", "Validation, Epoch: 0", "Train, Epoch: 1", "Validation, Epoch: 1" },
            messages.Where(message => message.StartsWith("Dataset used: ", StringComparison.Ordinal))
                .Select(message => message["Dataset used: ".Length..message.IndexOf(", Batches", StringComparison.Ordinal)]).ToArray());
    }

    [TestMethod]
    public void TheLogSaysOneStepAndOneEpoch()
    {
        var mlContext = new MLContext(seed: 5);
        var messages = new List<string>();
        mlContext.Log += (_, e) => messages.Add(e.RawMessage);

        TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(
            mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6)));

        Assert.Contains("Training ended after 1 step: the epoch is done.", messages);
    }

    [TestMethod]
    [DataRow(2, 3)]
    [DataRow(3, 2)]
    [DataRow(3, 3)]
    public void AScheduleForAnotherNumberOfEpochsIsWarnedOfBeforeTheFirstStep(int planned, int epochs)
    {
        var mlContext = new MLContext(seed: 5);
        var warnings = new List<string>();
        mlContext.Log += (_, e) =>
        {
            if (e.IsWarning())
            {
                warnings.Add(e.RawMessage);
            }
        };
        var warnedBefore = -1;
        var options = TestPipeline.QuickOptions(epochs);
        options.Schedule = new KneeSchedule(0.1, exploreEpochs: 1, totalEpochs: planned);
        options.Reporting.Observers =
        [
            .. options.Reporting.Observers,
            new Watching { Step = step => warnedBefore = step.Step.Index == 0 ? warnings.Count : warnedBefore },
        ];

        TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6)));

        Assert.AreEqual(planned == epochs ? 0 : 1, warnedBefore);
        Assert.HasCount(warnedBefore, warnings);
        Assert.IsTrue(
            warnings.TrueForAll(
                warning => warning.Contains($"is made for a run of {planned} epochs, but Epoch is {epochs}. ", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void CancellationStopsAtTheNextStep()
    {
        var mlContext = new MLContext(seed: 1);
        var steps = 0;
        var options = TestPipeline.QuickOptions(epochs: 100);
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = _ =>
        {
            if (++steps == 3)
            {
                mlContext.CancelExecution();
            }
        } }];
        var pipeline = TestPipeline.FromMemory(mlContext, options);

        Assert.ThrowsExactly<OperationCanceledException>(() => pipeline.Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(24))));

        Assert.AreEqual(3, steps);
    }

    [TestMethod]
    public void AnExceptionInACallbackReachesTheCaller()
    {
        var mlContext = new MLContext(seed: 1);
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Reporting.Observers =
        [
            .. options.Reporting.Observers,
            new Watching { Step = _ => throw new NotSupportedException("from the callback") },
        ];
        var pipeline = TestPipeline.FromMemory(mlContext, options);

        var error = Assert.ThrowsExactly<NotSupportedException>(
            () => pipeline.Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6))));

        Assert.AreEqual("from the callback", error.Message);
    }

    [TestMethod]
    public void EarlyStoppingEndsTrainingAndKeepsTheBestWeights()
    {
        var mlContext = new MLContext(seed: 3);
        var validation = new List<ImageClassificationMetrics>();
        var options = TestPipeline.QuickOptions(epochs: 60);
        options.ValidationSetFraction = 0.4f;
        options.EarlyStoppingCriteria = new EarlyStopping { MinDelta = 0, Patience = 3, Metric = EarlyStoppingMetric.Loss };
        options.Schedule = new ConstantSchedule(0.3);
        options.MetricsCallback = metrics =>
        {
            if (metrics.DatasetUsed == ImageClassificationDataset.Validation)
            {
                validation.Add(metrics);
            }
        };
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(30));

        var stopped = TestPipeline.FromMemory(mlContext, options).Fit(data);

        var best = validation.MinBy(metrics => metrics.CrossEntropy)!.Epoch;
        Assert.IsLessThan(60, validation.Count);
        Assert.IsGreaterThan(best, validation[^1].Epoch, "the best epoch must not be the last for this test to tell");

        // The same run that ends with the best epoch has the same weights.
        options.Epoch = best + 1;
        options.EarlyStoppingCriteria = null;
        CollectionAssert.AreEqual(
            TestPipeline.Scores(TestPipeline.FromMemory(mlContext, options).Fit(data), data), TestPipeline.Scores(stopped, data));
    }
}
