using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Records;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Experiments.Training;

/// <summary>The model that a training left when it was stopped: the same command goes on with it, and replaces it.</summary>
internal static class StoppedModel
{
    /// <summary>Whether a file is the model of a training with the same settings and images that was stopped before its end.</summary>
    public static bool IsOf(TrainSettings settings, ModelInput[] train, string path)
    {
        try
        {
            return OutputFile.HasContent(path)
                && TrainingRecord.Read(path) is { StopReason: StopReason.StopToken } record && IsSame(settings, train, record);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // The validation images may be some of these, or others. The number of epochs may be another one if the rates do not depend on it.
    // Bounds that a range test found are what it finds again.
    private static bool IsSame(TrainSettings settings, ModelInput[] train, TrainingRecord record)
    {
        var options = Trainer.Options(settings);
        return (record.Seed, record.Network) == (settings.Seed, settings.Arch.ToString())
            && record.Options.GetValueOrDefault(nameof(options.FineTuning)) == options.FineTuning?.ToString()
            && record.Options.GetValueOrDefault("Images.Augmentation") == options.Images.Augmentation?.ToString()
            && record.Options.GetValueOrDefault(nameof(options.BatchSize)) == $"{options.BatchSize}"
            && record.Options.GetValueOrDefault("Images.Size") == $"{options.Images.Size ?? settings.Arch.ImageSize}"
            && record.Options.GetValueOrDefault(nameof(options.Optimizer)) == options.Optimizer.ToString()
            && IsSame(settings, record.Schedule)
            && record.Images.Training <= train.Length
            && record.Images.Training + record.Images.Validation + record.Images.Skipped >= train.Length
            && record.Images.Classes.Select(kind => kind.Name).SequenceEqual(Classes(train));
    }

    private static bool IsSame(TrainSettings settings, ScheduleRecord record) => settings.CreateSchedule() switch
    {
        null => record.RangeTest is not null,
        ISeededSchedule drawn => record.Description == drawn.WithSeed(settings.Seed).ToString(),
        var schedule => record.Description == schedule.ToString(),
    };

    private static IEnumerable<string> Classes(ModelInput[] images) =>
        images.Select(image => image.Label).Distinct().Order(StringComparer.Ordinal);
}
