using System.Globalization;
using System.Numerics;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Training;
using Plrs.MLNet.Weights;
using Options = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Options;

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
        ArgumentNullException.ThrowIfNull(options.Device, nameof(options.Device));
        CheckDefined(options.Precision, nameof(options.Precision));
        Check(options.Epoch is null or >= 1, options.Epoch, nameof(options.Epoch), "at least 1, or null");
        var recipe = Recipe.Of(options);
        CheckAtLeast(options.BatchSize, 1, nameof(options.BatchSize));
        Check(
            options.MinimumLastBatchSize is null || (options.MinimumLastBatchSize >= 1 && options.MinimumLastBatchSize <= options.BatchSize),
            options.MinimumLastBatchSize,
            nameof(options.MinimumLastBatchSize),
            $"from 1 to the BatchSize of {options.BatchSize}, or null");
        Check(float.IsFinite(options.LearningRate) && options.LearningRate > 0, options.LearningRate, nameof(options.LearningRate), "a finite number above 0");
        Check(options.ImageSize is null || IsImageSize(options.ImageSize.Value), options.ImageSize, nameof(options.ImageSize), $"from {SmallestImage} to {LargestImage} pixels, or null");
        Check(options.ValidationSetFraction is null or (>= 0 and < 1), options.ValidationSetFraction, nameof(options.ValidationSetFraction), "at least 0 and less than 1, or null");
        if (options.Augmentation is { } augmentation)
        {
            CheckAugmentation(augmentation, recipe.Decoding.Size);
        }

        Check(options.LabelSmoothing is >= 0 and < 1, options.LabelSmoothing, nameof(options.LabelSmoothing), "at least 0 and less than 1");
        ArgumentNullException.ThrowIfNull(options.InstabilitySignals, nameof(options.InstabilitySignals));
        ArgumentNullException.ThrowIfNull(options.Observers, nameof(options.Observers));
        Check(options.Observers.All(observer => observer is not null), options.Observers, nameof(options.Observers), "observers, none of them null");
        Check(options.TensorBoardFolder is null || !string.IsNullOrWhiteSpace(options.TensorBoardFolder), options.TensorBoardFolder, nameof(options.TensorBoardFolder), "the path of a folder, or null");
        ArgumentNullException.ThrowIfNull(options.ClassBalance, nameof(options.ClassBalance));
        options.Schedule?.WithLengthOfRun(recipe.Epochs);
        CheckImages(options);
        CheckRun(options);
        ArgumentNullException.ThrowIfNull(options.Optimizer, nameof(options.Optimizer));
        options.Optimizer.Validate();
        CheckNetwork(options, recipe);
        Check(
            options.WeightAveraging is null || options.WeightAveraging.FirstEpoch < recipe.Epochs,
            options.WeightAveraging,
            nameof(options.WeightAveraging),
            $"uniform from an epoch less than the Epoch of {recipe.Epochs}, another averaging, or null");

        if (options.WeightAveraging is { IsOn: true, RecomputesNorms: true } && (recipe.FineTuning.KeepsNormStatistics || recipe.FineTuning.IsHeadOnly))
        {
            throw new ArgumentException("WeightAveraging is to recompute the statistics of batch norms, which FineTuning keeps: set RecomputesNorms or KeepsNormStatistics to false. FineTuning.HeadOnly always keeps them.", nameof(options));
        }

        if (options.EarlyStoppingCriteria is not null && options.ValidationSet is null && options.ValidationSetFraction is null or 0 && !options.TestOnTrainSet)
        {
            throw new ArgumentException(
                "EarlyStoppingCriteria has nothing to watch: set ValidationSet or ValidationSetFraction, or TestOnTrainSet to true, or EarlyStoppingCriteria to null.",
                nameof(options));
        }

        CheckDefined(options.OnDivergence, nameof(options.OnDivergence));
        if (options.OnDivergence == DivergenceAction.ReturnBest && options.EarlyStoppingCriteria is null)
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

    private static void CheckNetwork(Options options, Recipe recipe)
    {
        INetworkLayout layout;
        try
        {
            layout = recipe.Network.CreateLayout(classCount: 2, recipe.Decoding.Size);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"Arch {recipe.Network} cannot be made for images of {recipe.Decoding.Size}×{recipe.Decoding.Size} pixels: {e.Message}", nameof(options), e);
        }

        if (layout is NetworkGraph graph)
        {
            recipe.FineTuning.Plan(graph, options.Optimizer.DecaysNormsAndBiases);
        }
        else
        {
            CheckModule(options, recipe);
        }
    }

    private static void CheckModule(Options options, Recipe recipe)
    {
        if (options.Precision != TrainingPrecision.Full)
        {
            throw new ArgumentException($"Precision is {options.Precision}, but Arch {recipe.Network} is a TorchSharp module, which is trained in Full.", nameof(options));
        }

        if (recipe.StartFrom is PretrainedWeights.FileWeights or PretrainedWeights.ImageNetWeights)
        {
            throw new ArgumentException($"StartFrom must be null, PretrainedWeights.None or a model: Arch {recipe.Network} is a TorchSharp module, which gets weights of a file where it is made, in CreateModule.", nameof(options));
        }

        if (options.WeightAveraging is { IsOn: true, RecomputesNorms: true })
        {
            throw new ArgumentException($"RecomputesNorms of WeightAveraging must be false: Arch {recipe.Network} is a TorchSharp module, of whose batch norms nothing is known.", nameof(options));
        }

        if (recipe.FineTuning != FineTuning.Full)
        {
            throw new ArgumentException($"FineTuning must be null, or Full without other settings: Arch {recipe.Network} is a TorchSharp module, of whose layers nothing is known.", nameof(options));
        }
    }

    private static void CheckImages(Options options)
    {
        if (options.Resizing is { } resizing)
        {
            CheckDefined(resizing, nameof(options.Resizing));
        }

        CheckPixelLimit(options.MaximumImagePixels, nameof(options.MaximumImagePixels));
        CheckDefined(options.CacheMode, nameof(options.CacheMode));
        CheckAtLeast(options.CacheBudget, 0, nameof(options.CacheBudget));
    }

    private static void CheckRun(Options options)
    {
        Check(options.WorkspacePath is null || !string.IsNullOrWhiteSpace(options.WorkspacePath), options.WorkspacePath, nameof(options.WorkspacePath), "the path of a folder, or null");
        Check(options.CheckpointEveryEpochs is null or >= 1, options.CheckpointEveryEpochs, nameof(options.CheckpointEveryEpochs), "at least 1, or null");
        CheckPositive(options.CheckpointInterval, nameof(options.CheckpointInterval));
        CheckAtLeast(options.CheckpointsKept, 1, nameof(options.CheckpointsKept));
        CheckPositive(options.TimeBudget, nameof(options.TimeBudget));
        if (options.WorkspacePath is not null)
        {
            return;
        }

        if (options.Checkpoints.Writes)
        {
            throw new ArgumentException("CheckpointEveryEpochs and CheckpointInterval need a WorkspacePath to write checkpoints to.", nameof(options));
        }

        if (options.ResumeFrom == CheckpointSource.Newest)
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
