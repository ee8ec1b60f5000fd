using System.Numerics;
using Options = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.ImageClassification;

/// <summary>Refuses settings that cannot work before any training starts, naming the option, its value and what is allowed.</summary>
internal static class OptionsValidation
{
    private const int SmallestImage = 8;
    private const int LargestImage = 1024;

    public static bool IsImageSize(int size) => size is >= SmallestImage and <= LargestImage;

    public static void Validate(this Options options)
    {
        CheckName(options.FeatureColumnName, nameof(options.FeatureColumnName));
        CheckName(options.LabelColumnName, nameof(options.LabelColumnName));
        CheckName(options.ScoreColumnName, nameof(options.ScoreColumnName));
        CheckName(options.PredictedLabelColumnName, nameof(options.PredictedLabelColumnName));
        CheckDefined(options.Arch, nameof(options.Arch));
        CheckDefined(options.Device, nameof(options.Device));
        CheckAtLeast(options.Epoch, 1, nameof(options.Epoch));
        CheckAtLeast(options.BatchSize, 1, nameof(options.BatchSize));
        Check(float.IsFinite(options.LearningRate) && options.LearningRate > 0, options.LearningRate, nameof(options.LearningRate), "a finite number above 0");
        Check(IsImageSize(options.ImageSize), options.ImageSize, nameof(options.ImageSize), $"from {SmallestImage} to {LargestImage} pixels");
        Check(options.ValidationSetFraction is null or (>= 0 and < 1), options.ValidationSetFraction, nameof(options.ValidationSetFraction), "at least 0 and less than 1, or null");
        if (options.Augmentation is { } augmentation)
        {
            Check(augmentation.RandomCropPadding >= 0 && augmentation.RandomCropPadding <= options.ImageSize, augmentation.RandomCropPadding, nameof(augmentation.RandomCropPadding), $"from 0 to the ImageSize of {options.ImageSize}");
        }

        ArgumentNullException.ThrowIfNull(options.Optimizer, nameof(options.Optimizer));
        options.Optimizer.Validate();

        if (options.EarlyStoppingCriteria is not null && options.ValidationSet is null && options.ValidationSetFraction is null or 0 && !options.TestOnTrainSet)
        {
            throw new ArgumentException(
                "EarlyStoppingCriteria has nothing to watch: set ValidationSet or ValidationSetFraction, or TestOnTrainSet to true, or EarlyStoppingCriteria to null.",
                nameof(options));
        }
    }

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
