using System.Globalization;
using System.Numerics;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Common;
using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Training;
using Plrs.MLNet.Weights;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.ImageClassification;

/// <summary>Refuses settings that cannot work before any training starts, naming the option, its value and what is allowed.</summary>
internal static class OptionsValidation
{
    private const int SmallestImage = 8;
    private const int LargestImage = 1024;

    // Four bytes a pixel: the most that one buffer of SkiaSharp holds.
    private const long LargestPixelLimit = 1L << 29;

    public static bool IsImageSize(int size) => size is >= SmallestImage and <= LargestImage;

    public static bool IsPixelLimit(long pixels) => pixels is >= 1 and <= LargestPixelLimit;

    public static void CheckPixelLimit(long pixels, string name) => Check(IsPixelLimit(pixels), pixels, name, $"from 1 to {LargestPixelLimit}");

    public static void Validate(this Options options)
    {
        CheckName(options.FeatureColumnName, nameof(options.FeatureColumnName));
        CheckName(options.LabelColumnName, nameof(options.LabelColumnName));
        CheckName(options.ScoreColumnName, nameof(options.ScoreColumnName));
        CheckName(options.PredictedLabelColumnName, nameof(options.PredictedLabelColumnName));
        ArgumentNullException.ThrowIfNull(options.Steps.Device, nameof(options.Steps.Device));
        CheckDefined(options.Steps.Precision, nameof(options.Steps.Precision));
        Check(options.Epoch is null or >= 1, options.Epoch, nameof(options.Epoch), "at least 1, or null");
        var plan = RunPlan.Of(options);
        CheckAtLeast(options.BatchSize, 1, nameof(options.BatchSize));
        Check(
            options.Steps.MinimumLastBatchSize is null || (options.Steps.MinimumLastBatchSize >= 1 && options.Steps.MinimumLastBatchSize <= options.BatchSize),
            options.Steps.MinimumLastBatchSize,
            nameof(options.Steps.MinimumLastBatchSize),
            $"from 1 to the BatchSize of {options.BatchSize}, or null");
        Check(double.IsFinite(options.LearningRate) && options.LearningRate > 0, options.LearningRate, nameof(options.LearningRate), "a finite number above 0");
        Check(options.Images.Size is null || IsImageSize(options.Images.Size.Value), options.Images.Size, nameof(options.Images.Size), $"from {SmallestImage} to {LargestImage} pixels, or null");
        Check(options.ValidationSetFraction is null or (>= 0 and < 1), options.ValidationSetFraction, nameof(options.ValidationSetFraction), "at least 0 and less than 1, or null");
        if (options.Images.Augmentation is { } augmentation)
        {
            CheckAugmentation(augmentation, plan.Decoding.Size);
        }

        Check(options.Steps.LabelSmoothing is >= 0 and < 1, options.Steps.LabelSmoothing, nameof(options.Steps.LabelSmoothing), "at least 0 and less than 1");
        ArgumentNullException.ThrowIfNull(options.Reporting.InstabilitySignals, nameof(options.Reporting.InstabilitySignals));
        ArgumentNullException.ThrowIfNull(options.Reporting.Observers, nameof(options.Reporting.Observers));
        Check(options.Reporting.Observers.All(observer => observer is not null), options.Reporting.Observers, nameof(options.Reporting.Observers), "observers, none of them null");
        Check(options.Reporting.TensorBoardFolder is null || !string.IsNullOrWhiteSpace(options.Reporting.TensorBoardFolder), options.Reporting.TensorBoardFolder, nameof(options.Reporting.TensorBoardFolder), "the path of a folder, or null");
        ArgumentNullException.ThrowIfNull(options.Steps.ClassBalance, nameof(options.Steps.ClassBalance));
        options.Schedule?.WithLengthOfRun(plan.Epochs);
        CheckImages(options);
        CheckRun(options);
        ArgumentNullException.ThrowIfNull(options.Optimizer, nameof(options.Optimizer));
        options.Optimizer.Validate();
        CheckNetwork(options, plan);
        Check(
            options.WeightAveraging is null || options.WeightAveraging.FirstEpoch < plan.Epochs,
            options.WeightAveraging,
            nameof(options.WeightAveraging),
            $"uniform from an epoch less than the Epoch of {plan.Epochs}, another averaging, or null");

        if (options.WeightAveraging is { IsOn: true, UpdateBatchNorm: true } && (plan.FineTuning.FreezeBatchNorm || plan.FineTuning.IsHeadOnly))
        {
            throw new ArgumentException("WeightAveraging is to recompute the statistics of batch norms, which FineTuning keeps: set UpdateBatchNorm or FreezeBatchNorm to false. FineTuning.HeadOnly always keeps them.", nameof(options));
        }

        if (options.EarlyStoppingCriteria is not null && options.ValidationSet is null && options.ValidationSetFraction is null or 0 && !options.TestOnTrainSet)
        {
            throw new ArgumentException(
                "EarlyStoppingCriteria has nothing to watch: set ValidationSet or ValidationSetFraction, or TestOnTrainSet to true, or EarlyStoppingCriteria to null.",
                nameof(options));
        }

        CheckDefined(options.Stopping.OnDivergence, nameof(options.Stopping.OnDivergence));
        if (options.Stopping.OnDivergence == DivergenceAction.ReturnBest && options.EarlyStoppingCriteria is null)
        {
            throw new ArgumentException("OnDivergence is ReturnBest, which needs EarlyStoppingCriteria to know the best epoch.", nameof(options));
        }
    }

    private static void CheckAugmentation(ImageAugmentation augmentation, int imageSize)
    {
        Check(augmentation.RandomCropPadding >= 0 && augmentation.RandomCropPadding <= imageSize, augmentation.RandomCropPadding, nameof(augmentation.RandomCropPadding), $"from 0 to the ImageSize of {imageSize}");
        Check(augmentation.MinimumCropArea is > 0 and <= 1, augmentation.MinimumCropArea, nameof(augmentation.MinimumCropArea), "above 0, and at most 1");
        Check(double.IsFinite(augmentation.MaximumCropAspectRatio) && augmentation.MaximumCropAspectRatio >= 1, augmentation.MaximumCropAspectRatio, nameof(augmentation.MaximumCropAspectRatio), "a finite number of at least 1");
        CheckShare(augmentation.Brightness, 1, nameof(augmentation.Brightness));
        CheckShare(augmentation.Contrast, 1, nameof(augmentation.Contrast));
        CheckShare(augmentation.Saturation, 1, nameof(augmentation.Saturation));
        CheckShare(augmentation.Hue, 0.5, nameof(augmentation.Hue));
        Check(double.IsFinite(augmentation.MixupAlpha) && augmentation.MixupAlpha >= 0, augmentation.MixupAlpha, nameof(augmentation.MixupAlpha), "a finite number of at least 0");

        static void CheckShare(double value, double most, string option) =>
            Check(value >= 0 && value <= most, value, option, string.Create(CultureInfo.InvariantCulture, $"from 0 to {most}"));
    }

    private static void CheckNetwork(Options options, RunPlan plan)
    {
        INetworkLayout layout;
        try
        {
            layout = plan.Network.CreateLayout(classCount: 2, plan.Decoding.Size);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"Arch {plan.Network} cannot be made for images of {plan.Decoding.Size}×{plan.Decoding.Size} pixels: {e.Message}", nameof(options), e);
        }

        if (layout is NetworkGraph graph)
        {
            plan.FineTuning.Plan(graph, options.Optimizer.DecaysNormsAndBiases);
        }
        else
        {
            CheckModule(options, plan);
        }
    }

    private static void CheckModule(Options options, RunPlan plan)
    {
        if (options.Steps.Precision != TrainingPrecision.Full)
        {
            throw new ArgumentException($"Precision is {options.Steps.Precision}, but Arch {plan.Network} is a TorchSharp module, which is trained in Full.", nameof(options));
        }

        if (plan.StartFrom is PretrainedWeights.FileWeights or PretrainedWeights.ImageNetWeights)
        {
            throw new ArgumentException($"StartFrom must be null, PretrainedWeights.None or a model: Arch {plan.Network} is a TorchSharp module, which gets weights of a file where it is made, in CreateModule.", nameof(options));
        }

        if (options.WeightAveraging is { IsOn: true, UpdateBatchNorm: true })
        {
            throw new ArgumentException($"UpdateBatchNorm of WeightAveraging must be false: Arch {plan.Network} is a TorchSharp module, of whose batch norms nothing is known.", nameof(options));
        }

        if (plan.FineTuning != FineTuning.Full)
        {
            throw new ArgumentException($"FineTuning must be null, or Full without other settings: Arch {plan.Network} is a TorchSharp module, of whose layers nothing is known.", nameof(options));
        }
    }

    private static void CheckImages(Options options)
    {
        if (options.Images.Resizing is { } resizing)
        {
            CheckDefined(resizing, nameof(options.Images.Resizing));
        }

        CheckPixelLimit(options.Images.MaximumPixels, nameof(options.Images.MaximumPixels));
        CheckDefined(options.Images.CacheMode, nameof(options.Images.CacheMode));
        CheckAtLeast(options.Images.CacheBudget, 0, nameof(options.Images.CacheBudget));
    }

    private static void CheckRun(Options options)
    {
        Check(options.WorkspacePath is null || !string.IsNullOrWhiteSpace(options.WorkspacePath), options.WorkspacePath, nameof(options.WorkspacePath), "the path of a folder, or null");
        Check(options.Checkpoints.EveryEpochs is null or >= 1, options.Checkpoints.EveryEpochs, nameof(options.Checkpoints.EveryEpochs), "at least 1, or null");
        CheckPositive(options.Checkpoints.Interval, nameof(options.Checkpoints.Interval));
        CheckAtLeast(options.Checkpoints.Kept, 1, nameof(options.Checkpoints.Kept));
        CheckPositive(options.Stopping.TimeBudget, nameof(options.Stopping.TimeBudget));
        if (options.WorkspacePath is not null)
        {
            return;
        }

        if (options.Checkpoints.Writes)
        {
            throw new ArgumentException("CheckpointEveryEpochs and CheckpointInterval need a WorkspacePath to write checkpoints to.", nameof(options));
        }

        if (options.Checkpoints.ResumeFrom == CheckpointSource.Newest)
        {
            throw new ArgumentException("ResumeFrom is CheckpointSource.Newest, which needs a WorkspacePath to look for checkpoints in.", nameof(options));
        }
    }

    private static void CheckPositive(TimeSpan? time, string option) => Check(time is null || time > TimeSpan.Zero, time, option, "more than zero, or null");

    private static void CheckName(string? name, string option) => Check(!string.IsNullOrWhiteSpace(name), name, option, "the name of a column");

    private static void CheckAtLeast<T>(T value, T least, string option)
        where T : INumber<T> =>
        Check(value >= least, value, option, $"at least {least}");

    private static void CheckDefined<T>(T value, string option)
        where T : struct, Enum =>
        Check(Enum.IsDefined(value), value, option, $"one of {string.Join(", ", Enum.GetNames<T>())}");

    private static void Check(bool allowed, object? value, string option, string what)
    {
        if (!allowed)
        {
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be {what}.");
        }
    }
}
