using Plrs.MLNet.Common;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.ImageClassification;

/// <summary>Refuses settings that cannot work before any training starts, naming the option, its value and what is allowed.</summary>
internal static class OptionsValidation
{
    private const int SmallestImage = 8;
    private const int LargestImage = 1024;

    // Four bytes a pixel: the most that one buffer of SkiaSharp holds.
    private const long LargestPixelLimit = 1L << 29;

    private static readonly string PixelLimits = $"from 1 to {LargestPixelLimit}";

    public static bool IsImageSize(int size) => size is >= SmallestImage and <= LargestImage;

    public static bool IsPixelLimit(long pixels) => pixels is >= 1 and <= LargestPixelLimit;

    public static void CheckPixelLimit(long pixels, string name)
    {
        if (!IsPixelLimit(pixels))
        {
            throw ArgumentChecks.Refused(name, pixels, PixelLimits);
        }
    }

    /// <summary>Checks all options, and reports all that is wrong at once.</summary>
    /// <exception cref="ArgumentException">An option, or several, cannot work.</exception>
    public static void Validate(this Options options)
    {
        var errors = new OptionErrors();
        if (errors.NotNull(options.Images, nameof(options.Images)) & errors.NotNull(options.Steps, nameof(options.Steps))
            & errors.NotNull(options.Stopping, nameof(options.Stopping)) & errors.NotNull(options.Checkpoints, nameof(options.Checkpoints))
            & errors.NotNull(options.Reporting, nameof(options.Reporting)))
        {
            CheckNames(options, errors);
            CheckTraining(options, errors);
            CheckImages(options.Images, errors);
            CheckSteps(options, errors);
            CheckReporting(options.Reporting, errors);
            CheckStopping(options, errors);
            CheckCheckpoints(options, errors);
        }

        errors.ThrowIfAny();

        // What the options come to can be found when each of them is right.
        var plan = RunPlan.Of(options);
        CheckPlan(options, plan, errors);
        errors.ThrowIfAny();
        CheckNetwork(options, plan, errors);
        errors.ThrowIfAny();
    }

    private static void CheckNames(Options options, OptionErrors errors)
    {
        Check(options.FeatureColumnName, nameof(options.FeatureColumnName));
        Check(options.LabelColumnName, nameof(options.LabelColumnName));
        Check(options.ScoreColumnName, nameof(options.ScoreColumnName));
        Check(options.PredictedLabelColumnName, nameof(options.PredictedLabelColumnName));

        void Check(string? name, string option) => errors.Check(!string.IsNullOrWhiteSpace(name), name, option, "the name of a column");
    }

    private static void CheckTraining(Options options, OptionErrors errors)
    {
        errors.Check(options.Epoch is null or >= 1, options.Epoch, nameof(options.Epoch), "at least 1, or null");
        errors.AtLeast(1, options.BatchSize, nameof(options.BatchSize));
        errors.Check(
            options.LearningRate is > 0 and <= float.MaxValue,
            options.LearningRate,
            nameof(options.LearningRate),
            "a finite number above 0, in single precision");
        errors.Check(
            options.ValidationSetFraction is null or (>= 0 and < 1),
            options.ValidationSetFraction,
            nameof(options.ValidationSetFraction),
            "at least 0 and less than 1, or null");
        if (errors.NotNull(options.Optimizer, nameof(options.Optimizer)))
        {
            options.Optimizer.Validate(errors);
        }
    }

    private static void CheckImages(ImageOptions images, OptionErrors errors)
    {
        errors.Check(
            images.Size is null || IsImageSize(images.Size.Value),
            images.Size,
            "Images.Size",
            $"from {SmallestImage} to {LargestImage} pixels, or null");
        errors.Defined(images.Resizing ?? default, "Images.Resizing");
        errors.Check(IsPixelLimit(images.MaximumPixels), images.MaximumPixels, "Images.MaximumPixels", PixelLimits);
        errors.Defined(images.CacheMode, "Images.CacheMode");
        errors.AtLeast(0, images.CacheBudget, "Images.CacheBudget");
    }

    private static void CheckAugmentation(ImageAugmentation changes, int imageSize, OptionErrors errors)
    {
        errors.Check(
            changes.RandomCropPadding >= 0 && changes.RandomCropPadding <= imageSize,
            changes.RandomCropPadding,
            "Images.Augmentation.RandomCropPadding",
            $"from 0 to the Images.Size of {imageSize}");
        errors.Check(
            changes.MinimumCropArea is > 0 and <= 1,
            changes.MinimumCropArea,
            "Images.Augmentation.MinimumCropArea",
            "above 0, and at most 1");
        AtLeast(1, changes.MaximumCropAspectRatio, "Images.Augmentation.MaximumCropAspectRatio");
        UpTo(1, changes.Brightness, "Images.Augmentation.Brightness");
        UpTo(1, changes.Contrast, "Images.Augmentation.Contrast");
        UpTo(1, changes.Saturation, "Images.Augmentation.Saturation");
        UpTo(0.5, changes.Hue, "Images.Augmentation.Hue");
        AtLeast(0, changes.MixupAlpha, "Images.Augmentation.MixupAlpha");

        void AtLeast(double least, double value, string option) =>
            errors.Check(
                double.IsFinite(value) && value >= least,
                value,
                option,
                FormattableString.Invariant($"a finite number of at least {least}"));

        void UpTo(double most, double value, string option) =>
            errors.Check(value >= 0 && value <= most, value, option, FormattableString.Invariant($"from 0 to {most}"));
    }

    private static void CheckSteps(Options options, OptionErrors errors)
    {
        var steps = options.Steps;
        errors.NotNull(steps.Device, "Steps.Device");
        errors.Defined(steps.Precision, "Steps.Precision");
        errors.NotNull(steps.ClassBalance, "Steps.ClassBalance");
        errors.Check(steps.LabelSmoothing is >= 0 and < 1, steps.LabelSmoothing, "Steps.LabelSmoothing", "at least 0 and less than 1");
        errors.Check(
            steps.MinimumLastBatchSize is null || (steps.MinimumLastBatchSize >= 1 && steps.MinimumLastBatchSize <= options.BatchSize),
            steps.MinimumLastBatchSize,
            "Steps.MinimumLastBatchSize",
            $"from 1 to the BatchSize of {options.BatchSize}, or null");
    }

    private static void CheckReporting(ReportingOptions reporting, OptionErrors errors)
    {
        errors.NotNull(reporting.InstabilitySignals, "Reporting.InstabilitySignals");
        if (errors.NotNull(reporting.Observers, "Reporting.Observers"))
        {
            errors.Together(reporting.Observers.Any(observer => observer is null), "Reporting.Observers has an observer that is null.");
        }

        CheckFolder(reporting.TensorBoardFolder, "Reporting.TensorBoardFolder", errors);
    }

    private static void CheckStopping(Options options, OptionErrors errors)
    {
        var stopping = options.Stopping;
        CheckPositive(stopping.TimeBudget, "Stopping.TimeBudget", errors);
        errors.Defined(stopping.OnDivergence, "Stopping.OnDivergence");
        errors.Together(
            stopping.OnDivergence == DivergenceAction.ReturnBest && options.EarlyStoppingCriteria is null,
            "Stopping.OnDivergence is ReturnBest, which needs EarlyStoppingCriteria to know the best epoch.");
        errors.Together(
            options.EarlyStoppingCriteria is not null
                && options.ValidationSet is null && options.ValidationSetFraction is null or 0 && !options.TestOnTrainSet,
            "EarlyStoppingCriteria has nothing to watch: " +
            "set ValidationSet or ValidationSetFraction, or TestOnTrainSet to true, or EarlyStoppingCriteria to null.");
    }

    private static void CheckCheckpoints(Options options, OptionErrors errors)
    {
        var checkpoints = options.Checkpoints;
        CheckFolder(options.WorkspacePath, nameof(options.WorkspacePath), errors);
        errors.Check(checkpoints.EveryEpochs is null or >= 1, checkpoints.EveryEpochs, "Checkpoints.EveryEpochs", "at least 1, or null");
        CheckPositive(checkpoints.Interval, "Checkpoints.Interval", errors);
        errors.AtLeast(1, checkpoints.Kept, "Checkpoints.Kept");
        errors.Together(
            options.WorkspacePath is null && checkpoints.Writes,
            "Checkpoints.EveryEpochs and Checkpoints.Interval need a WorkspacePath to write checkpoints to.");
        errors.Together(
            options.WorkspacePath is null && checkpoints.ResumeFrom == CheckpointSource.Newest,
            "Checkpoints.ResumeFrom is CheckpointSource.Newest, which needs a WorkspacePath to look for checkpoints in.");
    }

    private static void CheckPlan(Options options, RunPlan plan, OptionErrors errors)
    {
        if (options.Images.Augmentation is { } augmentation)
        {
            CheckAugmentation(augmentation, plan.Decoding.Size, errors);
        }

        errors.Try(() => options.Schedule?.WithLengthOfRun(plan.Epochs));
        errors.Check(
            options.WeightAveraging is null || options.WeightAveraging.FirstEpoch < plan.Epochs,
            options.WeightAveraging,
            nameof(options.WeightAveraging),
            $"uniform from an epoch less than the Epoch of {plan.Epochs}, another averaging, or null");
        errors.Together(
            options.WeightAveraging is { IsOn: true, UpdateBatchNorm: true }
                && (plan.FineTuning.FreezeBatchNorm || plan.FineTuning.IsHeadOnly),
            "WeightAveraging is to recompute the statistics of batch norms, which FineTuning keeps: " +
            "set UpdateBatchNorm or FreezeBatchNorm to false. " +
            "FineTuning.HeadOnly always keeps them.");
    }

    private static void CheckNetwork(Options options, RunPlan plan, OptionErrors errors)
    {
        INetworkLayout layout;
        try
        {
            layout = plan.Network.CreateLayout(classCount: 2, plan.Decoding.Size);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException(
                $"Arch {plan.Network} cannot be made for images " +
                $"of {plan.Decoding.Size}×{plan.Decoding.Size} pixels: {e.Message}", nameof(options), e);
        }

        if (layout is NetworkGraph graph)
        {
            errors.Try(() => plan.FineTuning.Plan(graph, options.Optimizer.DecaysNormsAndBiases));
        }
        else
        {
            CheckModule(options, plan, errors);
        }
    }

    private static void CheckModule(Options options, RunPlan plan, OptionErrors errors)
    {
        var module = $"Arch {plan.Network} is a TorchSharp module";
        errors.Together(
            options.Steps.Precision != TrainingPrecision.Full,
            $"Steps.Precision is {options.Steps.Precision}, but {module}, which is trained in Full.");
        errors.Together(
            plan.StartFrom is PretrainedWeights.FileWeights or PretrainedWeights.ImageNetWeights,
            $"StartFrom is {OptionsInWords.Of(plan.StartFrom)}; it must be null, PretrainedWeights.None or a model: " +
            $"{module}, which gets weights of a file where it is made, in CreateModule.");
        errors.Together(
            options.WeightAveraging is { IsOn: true, UpdateBatchNorm: true },
            $"UpdateBatchNorm of WeightAveraging is true; it must be false: {module}, of whose batch norms nothing is known.");
        errors.Together(
            plan.FineTuning != FineTuning.Full,
            $"FineTuning is {plan.FineTuning}; it must be null, or Full without other settings: " +
            $"{module}, of whose layers nothing is known.");
    }

    private static void CheckFolder(string? path, string option, OptionErrors errors) =>
        errors.Check(path is null || !string.IsNullOrWhiteSpace(path), path, option, "the path of a folder, or null");

    private static void CheckPositive(TimeSpan? time, string option, OptionErrors errors) =>
        errors.Check(time is null || time > TimeSpan.Zero, time, option, "more than zero, or null");
}
