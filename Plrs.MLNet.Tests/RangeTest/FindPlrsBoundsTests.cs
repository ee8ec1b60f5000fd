using Microsoft.ML;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Tests.TensorFlow;

namespace Plrs.MLNet.Tests.RangeTest;

[TestClass]
public sealed class FindPlrsBoundsTests
{
    private static readonly ITransformer Pretrained = FineTuningRun.Pretrain();

    [TestMethod]
    public void TheSameSeedFindsTheSameBounds()
    {
        var first = Find(QuickRun.QuickOptions());
        var second = Find(QuickRun.QuickOptions());

        Assert.IsTrue(first.IsUsable, first.Reason);
        CollectionAssert.AreEqual(new[] { 3, 4, 5 }, first.Curves.Select(curve => curve.Seed).ToList());
        Assert.AreEqual(first.ToString(), second.ToString());
        for (var i = 0; i < 3; i++)
        {
            CollectionAssert.AreEqual(first.Curves[i].Losses.ToList(), second.Curves[i].Losses.ToList());
        }

        CollectionAssert.AreNotEqual(first.Curves[0].Losses.ToList(), first.Curves[1].Losses.ToList());
    }

    [TestMethod]
    public void ACallersNoGradDoesNotMatter()
    {
        var outside = Find(QuickRun.QuickOptions(), Short);
        using var noGrad = TorchSharp.torch.no_grad();

        Assert.AreEqual(outside.ToString(), Find(QuickRun.QuickOptions(), Short).ToString());
    }

    [TestMethod]
    public void AChainIsFittedUpToTheTrainerWhichStaysAsItIs()
    {
        var mlContext = new MLContext(seed: 3);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(24));
        var options = QuickRun.QuickOptions();
        options.Reporting.Observers =
        [
            .. options.Reporting.Observers,
            new Watching { Step = _ => throw new InvalidOperationException("The range test is no training.") },
        ];
        var callbacks = TestPipeline.FromMemory(mlContext, options);
        var pipeline = TestPipeline.FromMemory(mlContext, QuickRun.QuickOptions());

        var bounds = mlContext.MulticlassClassification.FindPlrsBounds(data, callbacks, Short);
        mlContext.MulticlassClassification.FindPlrsBounds(data, pipeline, Short);

        Assert.HasCount(2, bounds.Curves);
        Assert.AreEqual(1e-5, bounds.Curves[0].LearningRates[0]);
        var untouched = TestPipeline.FromMemory(new MLContext(seed: 3), QuickRun.QuickOptions());
        CollectionAssert.AreEqual(TestPipeline.Scores(untouched.Fit(data), data), TestPipeline.Scores(pipeline.Fit(data), data));
    }

    [TestMethod]
    public void AHeadIsSweptAloneOrWithAllLayersAndNotTrainedBefore()
    {
        var log = new List<string>();
        var headOnly = Find(FineTuningRun.Options(Pretrained, FineTuning.HeadOnly), Short, log);
        var headFirst = Find(FineTuningRun.Options(Pretrained, FineTuning.Gradual with { HeadEpochs = 5, EpochsPerGroup = 3 }), Short, log);
        var atOnce = Find(FineTuningRun.Options(Pretrained, FineTuning.Gradual with { HeadEpochs = 0, EpochsPerGroup = 0 }), Short, log);

        Assert.HasCount(2, headOnly.Curves);
        CollectionAssert.AreEqual(atOnce.Curves[0].Losses.ToList(), headFirst.Curves[0].Losses.ToList());
        Assert.AreNotEqual(headOnly.Curves[0].Losses[^1], headFirst.Curves[0].Losses[^1]);
        Assert.HasCount(1, log.Where(line => line == "The features of 24 images are computed."), "The sweeps of a test share them.");
    }

    [TestMethod]
    [DataRow(true, 0.25)]
    [DataRow(false, 0.5)]
    public void WhereNormsAreKeptTheMaximumLiesFartherBelowTheTurn(bool keepsNorms, double share)
    {
        var mlContext = new MLContext(seed: 1);
        var options = TestPipeline.QuickOptions();
        options.FineTuning = FineTuning.Full with { FreezeBatchNorm = keepsNorms };
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(24));

        var bounds = mlContext.MulticlassClassification.FindPlrsBounds(
            data, TestPipeline.FromMemory(mlContext, options), new PlrsRangeTestOptions { Seeds = 1 });

        var curve = bounds.Curves.Single();
        Assert.AreEqual(share * curve.TurningLearningRate, curve.MaximumLearningRate, 1e-12, bounds.ToString());
    }

    [TestMethod]
    public void ADataSetSmallerThanABatchIsTested()
    {
        var options = QuickRun.QuickOptions();
        options.BatchSize = 1000;

        Assert.IsTrue(Find(options).Curves.All(curve => curve.Losses.Count > 40));
    }

    [TestMethod]
    public void ItHeedsTheTrainersStopTokenAndItsOwn()
    {
        var options = QuickRun.QuickOptions();
        options.Stopping.Token = new CancellationToken(canceled: true);

        Assert.Contains("the stop token was cancelled", Assert.ThrowsExactly<TrainingStoppedException>(() => Find(options)).Message);
        Assert.ThrowsExactly<OperationCanceledException>(
            () => Find(QuickRun.QuickOptions(), new PlrsRangeTestOptions { StopToken = new CancellationToken(canceled: true) }));
    }

    [TestMethod]
    public void WhatHasNoTrainerOrAnotherOneIsRefused()
    {
        var mlContext = new MLContext(seed: 3);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(3));
        var catalog = mlContext.MulticlassClassification;

        var nothing = Assert.ThrowsExactly<InvalidOperationException>(
            () => catalog.FindPlrsBounds(data, mlContext.Transforms.Conversion.MapValueToKey("Label")));
        Assert.StartsWith("No estimator here takes a learning-rate schedule. Found: ValueToKeyMappingEstimator.", nothing.Message);
        using var temporary = new TemporaryFolder();
        mlContext.TempFilePath = temporary.Path;
        var tensorFlow = Assert.ThrowsExactly<NotSupportedException>(
            () => catalog.FindPlrsBounds(data, new ImageClassificationTrainerDouble(mlContext, new())));
        Assert.AreEqual(
            $"The bounds of PLRS for {typeof(ImageClassificationTrainerDouble).FullName} cannot be found by a range test; " +
            "only those for this library's TorchImageClassification can.",
            tensorFlow.Message);
    }

    [TestMethod]
    public void SettingsAreCheckedBeforeImagesAreLoaded()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Find(QuickRun.QuickOptions(), new PlrsRangeTestOptions { Steps = 0 }));

        Assert.AreEqual("Steps", error.ParamName);
    }

    private static PlrsRangeTestOptions Short { get; } = new() { Steps = 60, Seeds = 2 };

    private static PlrsBounds Find(
        TorchImageClassificationTrainer.Options options, PlrsRangeTestOptions? test = null, List<string>? log = null)
    {
        var mlContext = new MLContext(seed: 3);
        mlContext.Log += (_, e) => log?.Add(e.RawMessage);
        return mlContext.MulticlassClassification.FindPlrsBounds(
            mlContext.Data.LoadFromEnumerable(TestPipeline.Images(24)), TestPipeline.FromMemory(mlContext, options), test);
    }
}
