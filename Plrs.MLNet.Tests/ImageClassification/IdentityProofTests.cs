using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Tests.Support;
using SkiaSharp;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>
/// Proves of every option on which side it is: what changes the weights, to the bit, makes another run, and nothing else does.
/// </summary>
[TestClass]
public sealed class IdentityProofTests
{
    private const int Images = 20;
    private const int Epochs = 2;

    private static readonly Lazy<ITransformer> Start = new(FineTuningRun.Pretrain);

    // The options that hold settings of their own: each of those is tried, too.
    private static readonly IReadOnlyDictionary<string, Type[]> Parts = new Dictionary<string, Type[]>
    {
        ["FineTuning"] = [typeof(FineTuning)],
        ["WeightAveraging"] = [typeof(WeightAveraging)],
        ["Optimizer"] = [typeof(SgdOptions), typeof(AdamOptions)],
        ["EarlyStoppingCriteria"] = [typeof(EarlyStopping)],
        ["Images.Augmentation"] = [typeof(ImageAugmentation)],
        ["Reporting.InstabilitySignals"] = [typeof(InstabilitySignals)],
    };

    private static readonly Lazy<Outcome> Usual = new(() => Train(_ => { }));

    /// <summary>A change of each option, and where it takes others to matter, these.</summary>
    private static readonly IReadOnlyDictionary<string, (Action<Options> Change, Action<Options>? Before)> Changes =
        new Dictionary<string, (Action<Options>, Action<Options>?)>
        {
            ["ScoreColumnName"] = (options => options.ScoreColumnName = "Points", null),
            ["PredictedLabelColumnName"] = (options => options.PredictedLabelColumnName = "Guess", null),
            ["Arch"] = (options => options.Arch = new CifarResNet(depth: 14), null),
            ["StartFrom"] = (
                options => options.StartFrom = PretrainedWeights.Model(Start.Value),
                options => (options.Arch, options.FineTuning) = (Network.ResNet20, FineTuning.Full)),
            ["FineTuning"] = (options => options.FineTuning = FineTuning.HeadOnly, null),
            ["FineTuning.IsHeadOnly"] = (options => options.FineTuning = FineTuning.HeadOnly, null),
            ["FineTuning.HeadEpochs"] = (options => options.FineTuning = FineTuning.Full with { HeadEpochs = 1 }, null),
            ["FineTuning.EpochsPerGroup"] = (options => options.FineTuning = FineTuning.Full with { EpochsPerGroup = 1 }, null),
            ["FineTuning.FreezeBatchNorm"] = (options => options.FineTuning = FineTuning.Full with { FreezeBatchNorm = true }, null),
            ["FineTuning.RateFactors"] = (
                options => options.FineTuning = FineTuning.Full with { RateFactors = new Dictionary<string, double> { ["head"] = 0.5 } },
                null),
            ["BatchSize"] = (options => options.BatchSize = 5, null),
            ["LearningRate"] = (options => options.LearningRate = 0.02, null),
            ["Schedule"] = (options => options.Schedule = new ConstantSchedule(0.02), null),
            ["WeightAveraging"] = (options => options.WeightAveraging = WeightAveraging.Uniform(0), null),
            ["WeightAveraging.UpdateBatchNorm"] = (
                options => options.WeightAveraging = WeightAveraging.Uniform(0) with { UpdateBatchNorm = true },
                options => options.WeightAveraging = WeightAveraging.Uniform(0)),
            ["Optimizer"] = (options => options.Optimizer = new AdamWOptions(), null),
            ["Optimizer.DecaysNormsAndBiases"] = (
                options => options.Optimizer = new SgdOptions { WeightDecay = 0.1, DecaysNormsAndBiases = false },
                options => options.Optimizer = new SgdOptions { WeightDecay = 0.1 }),
            ["Optimizer.Momentum"] = (options => options.Optimizer = new SgdOptions { Momentum = 0.9 }, null),
            ["Optimizer.Dampening"] = (
                options => options.Optimizer = new SgdOptions { Momentum = 0.9, Dampening = 0.5 },
                options => options.Optimizer = new SgdOptions { Momentum = 0.9 }),
            ["Optimizer.WeightDecay"] = (options => options.Optimizer = new SgdOptions { WeightDecay = 0.1 }, null),
            ["Optimizer.Nesterov"] = (
                options => options.Optimizer = new SgdOptions { Momentum = 0.9, Nesterov = true },
                options => options.Optimizer = new SgdOptions { Momentum = 0.9 }),
            ["Optimizer.Beta1"] = (options => options.Optimizer = new AdamOptions { Beta1 = 0.8 }, Adam),
            ["Optimizer.Beta2"] = (options => options.Optimizer = new AdamOptions { Beta2 = 0.9 }, Adam),
            ["Optimizer.Epsilon"] = (options => options.Optimizer = new AdamOptions { Epsilon = 0.1 }, Adam),
            ["ValidationSet"] = (_ => { }, null), // See the data of the run.
            ["ValidationSetFraction"] = (options => options.ValidationSetFraction = 0.5f, null),
            ["EarlyStoppingCriteria"] = (options => options.EarlyStoppingCriteria = new EarlyStopping { Patience = 1, MinDelta = 1 }, null),
            ["EarlyStoppingCriteria.MinDelta"] = (Stop(1, 0, 0), Stop(1, 1, 0)),
            ["EarlyStoppingCriteria.Patience"] = (Stop(9, 1, 0), Stop(1, 1, 0)),
            ["EarlyStoppingCriteria.Metric"] = (Stop(1, 1, 0, EarlyStoppingMetric.Loss), Stop(1, 1, 0)),
            ["EarlyStoppingCriteria.StartFromEpoch"] = (Stop(1, 1, 5), Stop(1, 1, 0)),
            ["Images.Augmentation"] = Augmented(new ImageAugmentation { HorizontalFlip = true }),
            ["Images.Augmentation.RandomCropPadding"] = Augmented(new ImageAugmentation { RandomCropPadding = 2 }),
            ["Images.Augmentation.MinimumCropArea"] = Augmented(new ImageAugmentation { MinimumCropArea = 0.5 }),
            ["Images.Augmentation.MaximumCropAspectRatio"] = (
                options => options.Images.Augmentation = new ImageAugmentation { MinimumCropArea = 0.5, MaximumCropAspectRatio = 2 },
                options => options.Images.Augmentation = new ImageAugmentation { MinimumCropArea = 0.5 }),
            ["Images.Augmentation.HorizontalFlip"] = Augmented(new ImageAugmentation { HorizontalFlip = true }),
            ["Images.Augmentation.Brightness"] = Augmented(new ImageAugmentation { Brightness = 0.2 }),
            ["Images.Augmentation.Contrast"] = Augmented(new ImageAugmentation { Contrast = 0.2 }),
            ["Images.Augmentation.Saturation"] = Augmented(new ImageAugmentation { Saturation = 0.2 }),
            ["Images.Augmentation.Hue"] = Augmented(new ImageAugmentation { Hue = 0.1 }),
            ["Images.Augmentation.MixupAlpha"] = Augmented(new ImageAugmentation { MixupAlpha = 0.4 }),
            ["Images.Size"] = (options => options.Images.Size = 9, null),
            ["Images.Resizing"] = (options => options.Images.Resizing = ImageResizing.CenterCrop, null),
            ["Images.MaximumPixels"] = (options => options.Images.MaximumPixels = 10_000, null),
            ["Images.CacheMode"] = (options => options.Images.CacheMode = ImageCacheMode.None, null),
            ["Images.CacheBudget"] = (options => options.Images.CacheBudget = 0, null),
            ["Steps.Device"] = (options => options.Steps.Device = TorchDevice.Cpu, null),
            ["Steps.Precision"] = (options => options.Steps.Precision = TrainingPrecision.MixedBFloat16, null),
            ["Steps.MinimumLastBatchSize"] = (options => options.Steps.MinimumLastBatchSize = 4, null),
            ["Steps.ClassBalance"] = (options => options.Steps.ClassBalance = ClassBalance.WeightedSampler, null),
            ["Steps.LabelSmoothing"] = (options => options.Steps.LabelSmoothing = 0.1, null),
            ["TestOnTrainSet"] = (options => options.TestOnTrainSet = false, null),
            ["MetricsCallback"] = (options => options.MetricsCallback = _ => { }, null),
            ["WorkspacePath"] = (_ => { }, null), // Every run but the usual one has one.
            ["Stopping.Token"] = (options => options.Stopping.Token = new CancellationTokenSource().Token, null),
            ["Stopping.TimeBudget"] = (options => options.Stopping.TimeBudget = TimeSpan.FromDays(1), null),
            ["Stopping.OnDivergence"] = (
                options => options.Stopping.OnDivergence = DivergenceAction.ReturnBest, Stop(9, 0, 0)),
            ["Checkpoints.EveryEpochs"] = (options => options.Checkpoints.EveryEpochs = 1, null),
            ["Checkpoints.Interval"] = (options => options.Checkpoints.Interval = TimeSpan.FromTicks(1), null),
            ["Checkpoints.Kept"] = (
                options => (options.Checkpoints.EveryEpochs, options.Checkpoints.Kept) = (1, 1),
                options => options.Checkpoints.EveryEpochs = 1),
            ["Checkpoints.ResumeFrom"] = (options => options.Checkpoints.ResumeFrom = CheckpointSource.Newest, null),
            ["Reporting.Observers"] = (options => options.Reporting.Observers = [new Watching()], null),
            ["Reporting.TensorBoardFolder"] = (options => options.Reporting.TensorBoardFolder = options.WorkspacePath, null),
            ["Reporting.InstabilitySignals"] = (options => options.Reporting.InstabilitySignals = InstabilitySignals.None, null),
            ["Reporting.InstabilitySignals.SmoothnessInterval"] = (
                options => options.Reporting.InstabilitySignals = new InstabilitySignals { SmoothnessInterval = 1 }, null),
        };

    public static IEnumerable<string> Tried => Changes.Keys;

    [TestMethod]
    [DynamicData(nameof(Tried))]
    public void WhatChangesTheWeightsMakesAnotherRunAndNothingElseDoes(string name)
    {
        var (change, before) = Changes[name];
        var earlier = before is null ? Usual.Value : Train(before);
        var later = Train(
            options =>
            {
                before?.Invoke(options);
                change(options);
            },
            validatesOnAll: name == "ValidationSet");

        if (RunIdentity.WithoutEffect.Any(option => name == option || name.StartsWith($"{option}.", StringComparison.Ordinal)))
        {
            Assert.AreEqual(earlier.Run, later.Run, "the same run");
            CollectionAssert.AreEqual(earlier.Weights, later.Weights, "the same weights");
        }
        else
        {
            Assert.AreNotEqual(earlier.Run, later.Run, "another run");
            CollectionAssert.AreNotEqual(earlier.Weights, later.Weights, "other weights");
        }
    }

    [TestMethod]
    public void EveryOptionIsTriedButEpoch()
    {
        var parts = from part in Parts
                    from type in part.Value
                    from property in type.GetProperties()
                    where property.GetMethod is { IsStatic: false }
                    select $"{part.Key}.{property.Name}";

        CollectionAssert.AreEquivalent(OptionsInWords.Names.Except(["Epoch"]).Concat(parts).Distinct().ToList(), Tried.ToList());
    }

    [TestMethod]
    public void ALongerRunIsTheSameAsFarAsItGoes()
    {
        var (shorter, longer) = (QuickRun.QuickOptions(), QuickRun.QuickOptions());
        longer.Epoch = QuickRun.Epochs + 1;

        var steps = QuickRun.Train(shorter).Reports.Take(QuickRun.Epochs * QuickRun.StepsPerEpoch).ToList();

        CollectionAssert.AreEqual(steps, QuickRun.Train(longer).Reports.Take(steps.Count).ToList());
        Assert.AreEqual(Train(_ => { }).Run, Train(options => options.Epoch = Epochs + 1).Run);
    }

    [TestMethod]
    public void TheNamesOfTheClassesCountBecauseAHeadKeepsItsRowsByThem()
    {
        void FromModel(Options options) =>
            (options.Arch, options.StartFrom, options.FineTuning) =
                (Network.ResNet20, PretrainedWeights.Model(Start.Value), FineTuning.Full);

        var known = Train(FromModel);
        var other = Train(FromModel, rename: name => $"another {name}");

        Assert.AreNotEqual(known.Run, other.Run);
        CollectionAssert.AreNotEqual(known.Weights, other.Weights);
    }

    private static void Adam(Options options) => options.Optimizer = new AdamOptions();

    private static (Action<Options>, Action<Options>?) Augmented(ImageAugmentation changes) =>
        (options => options.Images.Augmentation = changes, null);

    private static Action<Options> Stop(
        int patience, float minDelta, int startFromEpoch, EarlyStoppingMetric metric = EarlyStoppingMetric.Accuracy) =>
        options => (options.Epoch, options.EarlyStoppingCriteria) = (6, new EarlyStopping
        {
            Patience = patience,
            MinDelta = minDelta,
            StartFromEpoch = startFromEpoch,
            Metric = metric,
        });

    /// <summary>Trains a run, and says which it is and what it came to.</summary>
    private static Outcome Train(Action<Options> change, bool validatesOnAll = false, Func<string, string>? rename = null)
    {
        using var workspace = new TemporaryFolder();
        var mlContext = new MLContext(QuickRun.Seed);
        var images = TestPipeline.Images(Images);
        images.ForEach(image => (image.Image, image.Label) = (Wide(image.Image), rename is null ? image.Label : rename(image.Label!)));
        var loaded = mlContext.Data.LoadFromEnumerable(images);
        var data = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(loaded).Transform(loaded);
        var options = new Options
        {
            Arch = new CifarResNet(depth: 8),
            StartFrom = PretrainedWeights.None,
            Epoch = Epochs,
            BatchSize = 4,
            ValidationSetFraction = 0.25f,
            EarlyStoppingCriteria = null,
            Images = { Size = 8 },
            WorkspacePath = workspace.Path,
        };
        change(options);
        options.Validate();
        var rows = new RoleMappedData(data, "Label", "Image");
        using var run = TrainingRun.Prepare(
            ((IHostEnvironment)mlContext).Register("test"), options, QuickRun.Seed, rows, validatesOnAll ? rows : null);
        var id = RunFingerprint.Of(RunIdentity.Of(run), run.Settings.Device).Id;
        return new Outcome(id, TestNetworks.WeightBytes(run.Train("Image").Weights));
    }

    // Square images are resized in every way to the same.
    private static byte[] Wide(byte[] image)
    {
        using var bitmap = SKBitmap.Decode(image);
        using var part = new SKBitmap();
        Assert.IsTrue(bitmap.ExtractSubset(part, new SKRectI(0, 0, bitmap.Width, bitmap.Height * 2 / 3)));
        using var encoded = part.Encode(SKEncodedImageFormat.Png, quality: 100);
        return encoded.ToArray();
    }

    private sealed record Outcome(string Run, byte[] Weights);
}
