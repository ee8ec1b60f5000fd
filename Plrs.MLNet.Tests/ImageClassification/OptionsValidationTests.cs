using Microsoft.ML;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Tests.Networks;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class OptionsValidationTests
{
    public static IEnumerable<(string Option, Action<Options> Change, string Allowed)> BadValues =>
    [
        ("FeatureColumnName", options => options.FeatureColumnName = "", "the name of a column"),
        ("LabelColumnName", options => options.LabelColumnName = " ", "the name of a column"),
        ("ScoreColumnName", options => options.ScoreColumnName = null!, "the name of a column"),
        ("PredictedLabelColumnName", options => options.PredictedLabelColumnName = "", "the name of a column"),
        ("Reporting.TensorBoardFolder", options => options.Reporting.TensorBoardFolder = " ", "the path of a folder, or null"),
        ("Steps.Precision", options => options.Steps.Precision = (TrainingPrecision)2, "one of Full, MixedBFloat16"),
        ("Epoch", options => options.Epoch = 0, "at least 1"),
        ("BatchSize", options => options.BatchSize = -1, "at least 1"),
        ("Steps.MinimumLastBatchSize", options => options.Steps.MinimumLastBatchSize = 0, "from 1 to the BatchSize of 8, or null"),
        ("Steps.MinimumLastBatchSize", options => options.Steps.MinimumLastBatchSize = 9, "from 1 to the BatchSize of 8, or null"),
        ("Stopping.OnDivergence", options => options.Stopping.OnDivergence = (DivergenceAction)2, "one of Throw, ReturnBest"),
        ("LearningRate", options => options.LearningRate = 0, "a finite number above 0"),
        ("LearningRate", options => options.LearningRate = float.NaN, "a finite number above 0"),
        ("Images.Size", options => options.Images.Size = 7, "from 8 to 1024"),
        ("Images.Size", options => options.Images.Size = 1025, "from 8 to 1024"),
        ("Images.Resizing", options => options.Images.Resizing = (ImageResizing)3, "one of Stretch, CenterCrop, Pad"),
        ("Images.MaximumPixels", options => options.Images.MaximumPixels = 0, "from 1 to 536870912"),
        ("Images.MaximumPixels", options => options.Images.MaximumPixels = (1L << 29) + 1, "from 1 to 536870912"),
        ("Images.CacheMode", options => options.Images.CacheMode = (ImageCacheMode)4, "one of Auto, Memory, Disk, None"),
        ("Images.CacheBudget", options => options.Images.CacheBudget = -1, "at least 0"),
        ("ValidationSetFraction", options => options.ValidationSetFraction = 1, "at least 0 and less than 1"),
        ("ValidationSetFraction", options => options.ValidationSetFraction = float.NaN, "at least 0 and less than 1"),
        (
            "Images.Augmentation.RandomCropPadding",
            options => options.Images.Augmentation = new ImageAugmentation { RandomCropPadding = -1 },
            "from 0 to the Images.Size"),
        (
            "Images.Augmentation.RandomCropPadding",
            options => options.Images.Augmentation = new ImageAugmentation { RandomCropPadding = 17 },
            "from 0 to the Images.Size"),
        (
            "Images.Augmentation.MinimumCropArea",
            options => options.Images.Augmentation = new ImageAugmentation { MinimumCropArea = 0 },
            "above 0, and at most 1"),
        (
            "Images.Augmentation.MinimumCropArea",
            options => options.Images.Augmentation = new ImageAugmentation { MinimumCropArea = 1.01 },
            "above 0, and at most 1"),
        (
            "Images.Augmentation.MaximumCropAspectRatio",
            options => options.Images.Augmentation = new ImageAugmentation { MaximumCropAspectRatio = 0.75 },
            "a finite number of at least 1"),
        (
            "Images.Augmentation.MaximumCropAspectRatio",
            options => options.Images.Augmentation = new ImageAugmentation { MaximumCropAspectRatio = double.PositiveInfinity },
            "a finite number of at least 1"),
        (
            "Images.Augmentation.Brightness",
            options => options.Images.Augmentation = new ImageAugmentation { Brightness = 1.5 },
            "from 0 to 1"),
        ("Images.Augmentation.Contrast", options => options.Images.Augmentation = new ImageAugmentation { Contrast = -0.1 }, "from 0 to 1"),
        (
            "Images.Augmentation.Saturation",
            options => options.Images.Augmentation = new ImageAugmentation { Saturation = double.NaN },
            "from 0 to 1"),
        ("Images.Augmentation.Hue", options => options.Images.Augmentation = new ImageAugmentation { Hue = 0.6 }, "from 0 to 0.5"),
        (
            "Images.Augmentation.MixupAlpha",
            options => options.Images.Augmentation = new ImageAugmentation { MixupAlpha = -1 },
            "a finite number of at least 0"),
        (
            "Images.Augmentation.MixupAlpha",
            options => options.Images.Augmentation = new ImageAugmentation { MixupAlpha = double.PositiveInfinity },
            "a finite number of at least 0"),
        ("Steps.LabelSmoothing", options => options.Steps.LabelSmoothing = 1, "at least 0 and less than 1"),
        ("Steps.LabelSmoothing", options => options.Steps.LabelSmoothing = double.NaN, "at least 0 and less than 1"),
        ("Optimizer.Momentum", options => options.Optimizer = new SgdOptions { Momentum = 1 }, "less than 1"),
        ("Optimizer.WeightDecay", options => options.Optimizer = new AdamWOptions { WeightDecay = -1 }, "at least 0"),
        (
            "WeightAveraging",
            options => options.WeightAveraging = WeightAveraging.Uniform(fromEpoch: options.Epoch!.Value),
            "uniform from an epoch less than the Epoch of 3, another averaging, or null"),
        ("WorkspacePath", options => options.WorkspacePath = " ", "the path of a folder, or null"),
        (
            "Checkpoints.EveryEpochs",
            options => (options.WorkspacePath, options.Checkpoints.EveryEpochs) = ("workspace", 0),
            "at least 1, or null"),
        (
            "Checkpoints.Interval",
            options => (options.WorkspacePath, options.Checkpoints.Interval) = ("workspace", TimeSpan.Zero),
            "more than zero, or null"),
        ("Checkpoints.Kept", options => options.Checkpoints.Kept = 0, "at least 1"),
        ("Stopping.TimeBudget", options => options.Stopping.TimeBudget = TimeSpan.FromSeconds(-1), "more than zero, or null"),
        ("Optimizer.Epsilon", options => options.Optimizer = new AdamOptions { Epsilon = 0 }, "above 0"),
    ];

    [TestMethod]
    public void ANetworkThatTheImagesAreTooSmallForIsRefused()
    {
        var network = new Described(1, images => images.Convolution("conv1", 4, kernel: 33, padding: 0).GlobalAveragePool());

        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer(options => options.Arch = network));

        Assert.StartsWith(
            "Arch Described(width: 1) cannot be made for images of 16×16 pixels: " +
            "The layer 'conv1' does not fit: a window of 33 does not fit into 16 pixels",
            error.Message);
    }

    [TestMethod]
    public void ANetworkThatCannotBeSavedIsRefusedBeforeItIsTrained()
    {
        var network = new Described(
            1, images => images.Convolution("conv1", 1 << 16, kernel: 1).Convolution("conv2", 1 << 16, kernel: 3).GlobalAveragePool());

        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer(options => options.Arch = network));

        Assert.StartsWith(
            "Arch Described(width: 1) cannot be made for images of 16×16 pixels: " +
            "'conv2.weight', of shape 65536×65536×3×3, has more than the 2147483591 bytes that can be saved.",
            error.Message);
        Assert.ThrowsExactly<ArgumentException>(() => Network.ResNet18.CreateTrainable(1 << 20, imageSize: 32, seed: 1));
    }

    [TestMethod]
    [DynamicData(nameof(BadValues))]
    public void ABadValueFailsBeforeTraining(string option, Action<Options> change, string allowed)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Trainer(change));

        Assert.AreEqual(option, error.ParamName);
        Assert.StartsWith($"{option} is ", error.Message);
        Assert.Contains($"; it must be ", error.Message);
        Assert.Contains(allowed, error.Message);
    }

    [TestMethod]
    public void AllThatIsWrongIsReportedAtOnce()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer(options =>
        {
            options.BatchSize = 0;
            options.Epoch = 0;
            options.Images.Size = 7;
            options.Optimizer = new SgdOptions { Momentum = 1, Nesterov = true, Dampening = 0.5 };
        }));

        Assert.StartsWith(
            "5 options are wrong: Epoch is 0; it must be at least 1, or null. BatchSize is 0; it must be at least 1. " +
            "Optimizer.Momentum is 1; it must be at least 0 and less than 1. " +
            "Optimizer.Nesterov needs a Momentum above 0 and a Dampening of 0. " +
            "Images.Size is 7; it must be from 8 to 1024 pixels, or null.",
            error.Message);
    }

    [TestMethod]
    public void AnObjectOfOptionsIsNotNull() =>
        Assert.AreEqual("Images", Assert.ThrowsExactly<ArgumentNullException>(() => Trainer(options => options.Images = null!)).ParamName);

    [TestMethod]
    public void EarlyStoppingNeedsSomethingToWatch()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer(options =>
        {
            options.EarlyStoppingCriteria = new EarlyStopping();
            options.TestOnTrainSet = false;
        }));

        Assert.StartsWith("EarlyStoppingCriteria has nothing to watch: set ValidationSet or ValidationSetFraction", error.Message);
    }

    [TestMethod]
    public void TheBestEpochIsKnownToEarlyStoppingAlone()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => Trainer(options => options.Stopping.OnDivergence = DivergenceAction.ReturnBest));

        Assert.StartsWith("Stopping.OnDivergence is ReturnBest, which needs EarlyStoppingCriteria to know the best epoch.", error.Message);
    }

    [TestMethod]
    public void CheckpointsNeedAWorkspace()
    {
        AssertRefused(
            options => options.Checkpoints.EveryEpochs = 1, "Checkpoints.EveryEpochs and Checkpoints.Interval need a WorkspacePath");
        AssertRefused(
            options => options.Checkpoints.Interval = TimeSpan.FromMinutes(1),
            "Checkpoints.EveryEpochs and Checkpoints.Interval need a WorkspacePath");
        AssertRefused(
            options => options.Checkpoints.ResumeFrom = CheckpointSource.Newest,
            "Checkpoints.ResumeFrom is CheckpointSource.Newest, which needs a WorkspacePath");

        static void AssertRefused(Action<Options> change, string message)
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer(change));
            Assert.StartsWith(message, error.Message);
        }
    }

    [TestMethod]
    public void AMissingDeviceIsNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentNullException>(() => Trainer(options => options.Steps.Device = null!));

        Assert.AreEqual("Steps.Device", error.ParamName);
    }

    [TestMethod]
    public void AMissingOptimizerIsNamed()
    {
        var options = TestPipeline.QuickOptions();
        options.Optimizer = null!;

        var error = Assert.ThrowsExactly<ArgumentNullException>(
            () => new MLContext(seed: 1).MulticlassClassification.Trainers.TorchImageClassification(options));

        Assert.AreEqual("Optimizer", error.ParamName);
    }

    [TestMethod]
    public void DefaultsAreThoseOfMLNet()
    {
        var options = new Options();

        Assert.IsNull(options.Epoch);
        Assert.AreEqual(16, options.BatchSize);
        Assert.AreEqual(0.01, options.LearningRate);
        Assert.AreEqual(0.1f, options.ValidationSetFraction);
        Assert.AreEqual(
            new EarlyStopping { MinDelta = 0.01f, Patience = 20, Metric = EarlyStoppingMetric.Accuracy }, options.EarlyStoppingCriteria);
        Assert.AreEqual(
            ("Label", "Features", "Score", "PredictedLabel"),
            (options.LabelColumnName, options.FeatureColumnName, options.ScoreColumnName, options.PredictedLabelColumnName));
        Assert.IsTrue(options.TestOnTrainSet);

        // From scratch, as ML.NET's network never is.
        var scratch = RunPlan.Of(new Options { Arch = Network.ResNet20 });
        Assert.AreEqual((60, ImageResizing.Stretch), (scratch.Epochs, scratch.Decoding.Resizing));
    }

    private static TorchImageClassificationTrainer Trainer(Action<Options> change)
    {
        var options = TestPipeline.QuickOptions();
        change(options);
        return new MLContext(seed: 1).MulticlassClassification.Trainers.TorchImageClassification(options);
    }
}
