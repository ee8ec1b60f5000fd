using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class FineTuningTests
{
    private static readonly Lazy<ITransformer> Start = new(FineTuningRun.Pretrain);

    [TestMethod]
    public void HeadOnlyChangesTheHeadAlone()
    {
        var model = FineTuningRun.Fit(FineTuningRun.Options(Start.Value, FineTuning.HeadOnly));

        CollectionAssert.AreEqual(new[] { "linear.weight", "linear.bias" }, FineTuningRun.Differences(Start.Value, model));
    }

    [TestMethod]
    public void TheHeadLearnsOnFeatures()
    {
        var options = FineTuningRun.Options(Start.Value, FineTuning.HeadOnly, epochs: 40);
        var losses = new List<float>();
        options.MetricsCallback = metrics => losses.Add(metrics.CrossEntropy);

        FineTuningRun.Fit(options);

        Assert.HasCount(40, losses);
        Assert.IsLessThan(0.5 * losses[0], losses[^1]);
    }

    [TestMethod]
    public void GradualBeginsWithTheHeadAndTheGroupBelowIt()
    {
        var model = FineTuningRun.Fit(FineTuningRun.Options(Start.Value, FineTuning.Gradual));

        Assert.AreEqual(
            "layer3 linear", string.Join(' ', FineTuningRun.Differences(Start.Value, model).Select(name => name.Split('.')[0]).Distinct()));
    }

    [TestMethod]
    public void AStopWhileTheHeadIsTrainedLeavesTheHeadAsFarAsItHasCome()
    {
        var three = StopAfter("Training ended after 18 steps: all 3 epochs are done.", FineTuning.Gradual with { HeadEpochs = 3 });
        var ofTwenty = StopAfter("Dataset used: Train, Epoch: 2", FineTuning.Gradual with { HeadEpochs = 20 });

        CollectionAssert.AreEqual(new[] { "linear.weight", "linear.bias" }, FineTuningRun.Differences(Start.Value, three));
        Assert.IsEmpty(FineTuningRun.Differences(three, ofTwenty));

        static ITransformer StopAfter(string message, FineTuning fineTuning)
        {
            using var stop = new CancellationTokenSource();
            var options = FineTuningRun.Options(Start.Value, fineTuning);
            options.Stopping.Token = stop.Token;
            var mlContext = new MLContext(seed: 3);
            mlContext.Log += (_, e) =>
            {
                if (e.Source.EndsWith("Head", StringComparison.Ordinal) && e.RawMessage.StartsWith(message, StringComparison.Ordinal))
                {
                    stop.Cancel();
                }
            };
            var model = TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(24)));
            Assert.IsTrue(stop.IsCancellationRequested, message);
            Assert.IsEmpty(model.GetTrainingRecord()!.Epochs);
            return model;
        }
    }

    [TestMethod]
    public void TheHeadTakesASchedulesDrawsAndNoPlan()
    {
        var plrs = new PlrsSchedule(0.002, 0.005, seed: 1);
        var constant = new ConstantSchedule(0.01);

        Assert.AreEqual(plrs, OfHead(plrs));
        Assert.AreEqual(WarmUpSchedule.ForEpochs(2, plrs), OfHead(WarmUpSchedule.ForEpochs(2, plrs)));
        Assert.AreEqual(PlrsSchedule.Around(constant, 0.2, seed: 1), OfHead(PlrsSchedule.Around(constant, 0.2, seed: 1)));
        Assert.AreEqual(constant, OfHead(plrs with { Envelope = DecaySchedule.Cosine(1, totalEpochs: 12) }));
        Assert.AreEqual(constant, OfHead(PlrsSchedule.Around(new MultiStepSchedule(0.1), 0.2, seed: 1)));
        Assert.AreEqual(constant, OfHead(WarmUpSchedule.ForEpochs(2, new KneeSchedule(exploreEpochs: 2, totalEpochs: 12))));
        Assert.AreEqual(constant, OfHead(new OneCycleSchedule(0.1, totalEpochs: 12)));

        ILearningRateSchedule OfHead(ILearningRateSchedule schedule) => HeadTraining.ScheduleFor(schedule, 0.01);
    }

    [TestMethod]
    public void TheHeadDrawsOtherRatesThanTheStepsOnImages()
    {
        var options = FineTuningRun.Options(Start.Value, FineTuning.Gradual with { HeadEpochs = 2, EpochsPerGroup = 0 }, epochs: 2);
        options.Schedule = new PlrsSchedule(0.05, 0.1, seed: 5);
        var metrics = new List<ImageClassificationMetrics>();
        options.Reporting.Observers =
            [new Watching { HeadTrained = head => metrics.Add(head.Training), Epoch = (training, _) => metrics.Add(training) }];

        FineTuningRun.Fit(options);

        var ofHead = HeadTraining.WithOwnDraws(options.Schedule);
        Assert.AreEqual(RateOfLastStep(ofHead, metrics[0]), metrics[0].LearningRate);
        Assert.AreNotEqual(RateOfLastStep(options.Schedule, metrics[0]), metrics[0].LearningRate);
        Assert.AreEqual(RateOfLastStep(options.Schedule, metrics[^1]), metrics[^1].LearningRate);
        Assert.AreEqual(new ConstantSchedule(0.1), HeadTraining.WithOwnDraws(new ConstantSchedule(0.1)));

        static double RateOfLastStep(ILearningRateSchedule schedule, ImageClassificationMetrics ofSecondEpoch)
        {
            var steps = ofSecondEpoch.BatchProcessedCount;
            return schedule.GetLearningRate(new TrainingStep((2 * steps) - 1, steps));
        }
    }

    [TestMethod]
    [DataRow(2, "layer3 linear")]
    [DataRow(3, "layer2 layer3 linear")]
    [DataRow(7, "conv1 bn1 layer1 layer2 layer3 linear")]
    public void GroupsFollowFromTheTopEverySoManyEpochs(int epochs, string changed)
    {
        var model = FineTuningRun.Fit(
            FineTuningRun.Options(Start.Value, FineTuning.Gradual with { HeadEpochs = 1, FreezeBatchNorm = false }, epochs));

        Assert.AreEqual(
            changed, string.Join(' ', FineTuningRun.Differences(Start.Value, model).Select(name => name.Split('.')[0]).Distinct()));
    }

    [TestMethod]
    public void WithoutItsOwnEpochsTheHeadIsTrainedAloneAtFirst()
    {
        var model = FineTuningRun.Fit(FineTuningRun.Options(Start.Value, FineTuning.Full with { EpochsPerGroup = 1 }));

        CollectionAssert.AreEqual(new[] { "linear.weight", "linear.bias" }, FineTuningRun.Differences(Start.Value, model));
    }

    [TestMethod]
    public void AFactorOfZeroFreezesAGroupWithItsNorms()
    {
        var fineTuning = FineTuning.Full with { RateFactors = new Dictionary<string, double> { ["layer2"] = 0, ["layer3"] = 0 } };

        var model = FineTuningRun.Fit(FineTuningRun.Options(Start.Value, fineTuning));

        Assert.AreEqual(
            "conv1 bn1 layer1 linear",
            string.Join(' ', FineTuningRun.Differences(Start.Value, model).Select(name => name.Split('.')[0]).Distinct()));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void NormStatisticsMayStayWhileTheirWeightsAreTrained(bool isGradual)
    {
        var options = FineTuningRun.Options(
            Start.Value, isGradual ? FineTuning.Gradual with { EpochsPerGroup = 0 } : FineTuning.Full with { FreezeBatchNorm = true });
        options.Schedule = new ConstantSchedule(0.001);

        var model = FineTuningRun.Fit(options);

        var changed = FineTuningRun.Differences(Start.Value, model);
        Assert.IsFalse(
            changed.Any(name => name.Contains("running", StringComparison.Ordinal) || name.Contains("batches", StringComparison.Ordinal)));
        CollectionAssert.Contains(changed, "bn1.weight");
    }

    [TestMethod]
    public void FeaturesAreKeptInTheWorkspaceForLaterRuns()
    {
        using var workspace = new TemporaryFolder();
        var options = FineTuningRun.Options(Start.Value, FineTuning.HeadOnly);
        options.WorkspacePath = workspace.Path;
        List<string> first = [], second = [], damaged = [];

        var model = FineTuningRun.Fit(options, first);
        var file = Directory.GetFiles(workspace.File("features")).Single();
        var again = FineTuningRun.Fit(options, second);
        var bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]);
        var computedAnew = FineTuningRun.Fit(options, damaged);

        Assert.Contains("The features of 24 images are computed.", first);
        Assert.Contains($"The features of 24 images are read from '{file}'.", second);
        Assert.Contains("The features of 24 images are computed.", damaged);
        CollectionAssert.AreEqual(bytes, File.ReadAllBytes(file));
        Assert.IsEmpty(FineTuningRun.Differences(model, again));
        Assert.IsEmpty(FineTuningRun.Differences(model, computedAnew));
    }

    [TestMethod]
    public void FeaturesOfOtherImagesWeightsAndSizesAreOthers()
    {
        using var workspace = new TemporaryFolder();
        var options = FineTuningRun.Options(Start.Value, FineTuning.HeadOnly);
        options.WorkspacePath = workspace.Path;

        FineTuningRun.Fit(options);
        FineTuningRun.Fit(options, first: 100);
        options.Images.Size = 12;
        FineTuningRun.Fit(options);
        options.Images.Size = null;
        options.StartFrom = PretrainedWeights.Model(FineTuningRun.Fit(FineTuningRun.Options(Start.Value, FineTuning.Full)));
        FineTuningRun.Fit(options);

        Assert.HasCount(4, Directory.GetFiles(workspace.File("features")));
    }

    [TestMethod]
    public void ATypoInAGroupsNameIsRefusedWithTheNamesThereAre()
    {
        var options = FineTuningRun.Options(
            Start.Value, FineTuning.Full with { RateFactors = new Dictionary<string, double> { ["layer9"] = 1 } });

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => new MLContext(seed: 1).MulticlassClassification.Trainers.TorchImageClassification(options));

        Assert.Contains(
            "RateFactors names the group of layers 'layer9', which the network does not have; " +
            "its groups are conv1, layer1, layer2, layer3, head.",
            error.Message);
    }

    [TestMethod]
    public void WhatTheHeadAloneCannotHeedIsRefused()
    {
        AssertRefused(
            FineTuning.HeadOnly with { HeadEpochs = 5 },
            "FineTuning.HeadOnly trains nothing but the head, for Epoch epochs: " +
            "of HeadEpochs, EpochsPerGroup, FreezeBatchNorm and RateFactors, it takes a factor of 'head' alone.");
        AssertRefused(
            FineTuning.Gradual with { RateFactors = new Dictionary<string, double> { ["head"] = 0 } },
            "RateFactors freezes the group 'head', which is to be trained on features.");

        static void AssertRefused(FineTuning fineTuning, string message) =>
            Assert.AreEqual(
                message,
                Assert.ThrowsExactly<ArgumentException>(() => FineTuningRun.Fit(FineTuningRun.Options(Start.Value, fineTuning))).Message);
    }

    [TestMethod]
    public void NormsThatAreKeptAreNotToBeRecomputed()
    {
        foreach (var fineTuning in new[] { FineTuning.HeadOnly, FineTuning.Gradual })
        {
            var options = FineTuningRun.Options(Start.Value, fineTuning);
            options.WeightAveraging = WeightAveraging.Exponential() with { UpdateBatchNorm = true };

            var error = Assert.ThrowsExactly<ArgumentException>(() => FineTuningRun.Fit(options));

            Assert.Contains("WeightAveraging is to recompute the statistics of batch norms, which FineTuning keeps", error.Message);
        }
    }

    [TestMethod]
    public void FeaturesOfAnotherNormalizationOrOfAnotherSeedsWeightsAreOthers()
    {
        using var workspace = new TemporaryFolder();
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.FineTuning = FineTuning.HeadOnly;
        options.WorkspacePath = workspace.Path;

        FineTuningRun.Fit(options);
        FineTuningRun.Fit(options, seed: 4);
        using var weights = new TemporaryFolder();
        Start.Value.SaveWeights(weights.File("w.safetensors"));
        foreach (var mean in new[] { 0.4f, 0.5f })
        {
            options.StartFrom = PretrainedWeights.File(
                weights.File("w.safetensors"), new ImageNormalization([mean, 0.5f, 0.5f], [0.2f, 0.2f, 0.2f]));
            FineTuningRun.Fit(options);
        }

        Assert.HasCount(4, Directory.GetFiles(workspace.File("features")));
    }

    [TestMethod]
    public void OfAFileWithTheWeightsTwiceTheLogSaysWhichAreUsed()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("twice.safetensors");
        Start.Value.SaveWeights(path);
        var bytes = File.ReadAllBytes(path);
        var header = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        var (values, twice) = (bytes[(8 + header)..], new JsonObject());
        foreach (var (name, tensor) in JsonNode.Parse(bytes.AsSpan(8, header))!.AsObject().Where(entry => entry.Key != "__metadata__"))
        {
            twice[$"model.{name}"] = tensor!.DeepClone();
            var average = tensor.DeepClone();
            average["data_offsets"] = new JsonArray(
                [.. tensor["data_offsets"]!.AsArray().Select(offset => (JsonNode)(offset!.GetValue<int>() + values.Length))]);
            twice[$"model_ema.{name}"] = average;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(twice);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)json.Length), .. json, .. values, .. values]);
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.StartFrom = PretrainedWeights.File(path);
        var log = new List<string>();

        FineTuningRun.Fit(options, log);

        Assert.Contains(
            $"The file '{path}' has the network's weights 2 times, with names that begin with 'model.', 'model_ema.'. " +
            "Those of 'model.' are used.",
            log);
    }

    [TestMethod]
    public void AStopWhileFeaturesAreComputedIsHeeded()
    {
        var options = FineTuningRun.Options(Start.Value, FineTuning.HeadOnly);
        options.Stopping.TimeBudget = TimeSpan.FromTicks(1);

        Assert.StartsWith(
            "Training was stopped before its first step",
            Assert.ThrowsExactly<TrainingStoppedException>(() => FineTuningRun.Fit(options)).Message);
    }

    [TestMethod]
    public void FactorsAndEpochsOutOfRangeAreRefused()
    {
        Assert.StartsWith(
            "HeadEpochs is -1; it must be at least 0.",
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => FineTuning.Full with { HeadEpochs = -1 }).Message);
        Assert.StartsWith(
            "EpochsPerGroup is -1; it must be at least 0.",
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => FineTuning.Full with { EpochsPerGroup = -1 }).Message);
        Assert.StartsWith(
            "RateFactors['head'] is ",
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => FineTuning.Full with { RateFactors = new Dictionary<string, double> { ["head"] = double.NaN } }).Message);
    }

    [TestMethod]
    public void TheDefaultsFollowFromWhereTrainingStarts()
    {
        var scratch = RunPlan.Of(new() { Arch = Network.ResNet20 });
        var pretrained = RunPlan.Of(new());
        var head = RunPlan.Of(new() { FineTuning = FineTuning.HeadOnly });

        Assert.AreEqual(
            (PretrainedWeights.None, FineTuning.Full, 60, 32),
            (scratch.StartFrom, scratch.FineTuning, scratch.Epochs, scratch.Decoding.Size));
        Assert.AreEqual(
            (PretrainedWeights.ImageNet, FineTuning.Gradual, 12, 224),
            (pretrained.StartFrom, pretrained.FineTuning, pretrained.Epochs, pretrained.Decoding.Size));
        Assert.AreEqual(Network.MLNetResNet18, pretrained.Network);
        Assert.AreEqual(100, head.Epochs);
        Assert.AreEqual(Network.ResNet20, RunPlan.Of(new() { StartFrom = PretrainedWeights.None }).Network);
    }
}
