using System.Globalization;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Training;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// Options of ML.NET's <c>ImageClassificationTrainer</c> that do something else here: who brings them along is told of it, with the option
/// that does as ML.NET does.
/// </summary>
internal static class MigratedOptions
{
    /// <summary>So many epochs are usual with ML.NET, whose default is 200, and hours of work for a whole network.</summary>
    private const int ManyEpochs = 50;

    /// <summary>
    /// How many times longer one side of the median image may be than the other without a word: of more, less than half is seen.
    /// </summary>
    private const int LongestSide = 2;

    private static readonly double DefaultLearningRate = new Options().LearningRate;

    /// <summary>What to tell of a run.</summary>
    /// <param name="options">The options as they were given.</param>
    /// <param name="plan">What they come to.</param>
    /// <param name="data">The images.</param>
    public static IEnumerable<string> Warnings(Options options, RunPlan plan, TrainingData data) =>
        new[] { OfEpochs(options, plan, data.TrainImages.Length), OfRate(options), OfResizing(options, plan, data.TrainSet.MedianSize) }
            .OfType<string>();

    private static string? OfEpochs(Options options, RunPlan plan, int images)
    {
        if (options.Epoch is not >= ManyEpochs || plan.IsFromScratch || plan.FineTuning.IsHeadOnly)
        {
            return null;
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"Epoch is {options.Epoch}: " +
            $"{(long)options.Epoch * images:N0} images go through the whole network, {options.Epoch} times {images:N0}. " +
            $"An epoch of ML.NET's trainer goes over features that are made once, for the head alone: FineTuning.HeadOnly does so here. " +
            $"Without Epoch, fine-tuning takes {RunPlan.EpochsOfFineTuning} epochs.");
    }

    private static string? OfRate(Options options) =>
        options.Schedule is not null || options.LearningRate == DefaultLearningRate ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"LearningRate is {options.LearningRate} and Schedule is null, so all steps have this rate. " +
            $"ML.NET's trainer does not look at LearningRate unless LearningRateScheduler is null: its default is a decay from 0.01. " +
            $"Set Schedule: UsePlrs, {nameof(DecaySchedule)}, or {nameof(ConstantSchedule)} for this rate without this warning.");

    private static string? OfResizing(Options options, RunPlan plan, (int Width, int Height) median)
    {
        var (shorter, longer) = (Math.Min(median.Width, median.Height), Math.Max(median.Width, median.Height));
        if (options.Images.Resizing is not null || plan.Decoding.Resizing != ImageResizing.CenterCrop || longer <= LongestSide * shorter)
        {
            return null;
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"The network sees the square in the middle of the training images, whose median size is {median.Width} × {median.Height}: " +
            $"{(double)shorter / longer:P0} of them. ML.NET's trainer stretches them: " +
            $"set Images.Resizing to {nameof(ImageResizing.Stretch)}, " +
            $"to {nameof(ImageResizing.Pad)}, or to {nameof(ImageResizing.CenterCrop)} for the square without this warning.");
    }
}
