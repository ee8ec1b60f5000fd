using Microsoft.ML;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Common;
using Plrs.MLNet.Images;
using Plrs.MLNet.Records;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Training;
using SkiaSharp;
using TorchSharp;

namespace Plrs.MLNet.ImageClassification;

/// <summary>Makes the record of a run.</summary>
internal static class RecordMaker
{
    private const int MostClasses = 1000;
    private const int MostSignals = 1000;
    private const int LongestName = 200;
    private const int MostPoints = 20;
    private const int MostSweeps = 20;

    public static TrainingRecord Make(TrainingRun run, RunNotes notes, DateTimeOffset startedAt, TimeSpan duration) => new()
    {
        Network = run.Plan.Network.ToString(),
        StartFrom = $"{OptionsInWords.Of(run.Plan.StartFrom)}, {run.Start.Digest}",
        Seed = run.Seed,
        Schedule = Of(run.Settings.Schedule, notes, run.FoundBounds),
        EarlierParts = notes.Parts.Earlier,
        Options = OptionsInWords.Of(run.Options, run.Plan, run.Settings.Schedule),
        Images = Of(run.Data, run.ClassNames),
        Epochs = [.. notes.History.Epochs.Select(epoch => Of(epoch.Train, epoch.Validation))],
        Signals = [.. (run.Monitor?.Signals ?? []).Take(MostSignals).Select(Of)],
        StopReason = notes.History.Cause?.Reason ?? StopReason.Completed,
        StopText = notes.History.Cause?.Text ?? "",
        Versions = Versions(),
        Machine = RunFingerprint.Machine(run.Settings.Device),
        StartedAt = startedAt,
        Duration = duration,
    };

    /// <summary>What a run has in common with no other part of its training, after some steps.</summary>
    public static EarlierPart Part(TrainingRun run, long steps) => new()
    {
        Steps = steps,
        Schedule = OptionsInWords.Of(run.Settings.Schedule),
        WeightAveraging = OptionsInWords.Of(run.Options.AveragingWith(run.Settings.Schedule)),
        RangeTest = Of(run.FoundBounds),
        Versions = Versions(),
        Machine = RunFingerprint.Machine(run.Settings.Device),
    };

    private static Dictionary<string, string> Versions() => new()
    {
        ["Plrs.MLNet"] = AssemblyVersion.Of(typeof(RecordMaker)),
        ["Microsoft.ML"] = AssemblyVersion.Of(typeof(MLContext)),
        ["TorchSharp"] = AssemblyVersion.Of(typeof(torch)),
        ["libtorch"] = torch.__version__,
        [PixelsRecord.Decoder] = AssemblyVersion.Of(typeof(SKCodec)),
        [".NET"] = Environment.Version.ToString(),
    };

    private static ScheduleRecord Of(ILearningRateSchedule schedule, RunNotes notes, PlrsBounds? found)
    {
        var plrs = schedule as PlrsSchedule ?? (schedule as WarmUpSchedule)?.Inner as PlrsSchedule;
        return new ScheduleRecord
        {
            Description = OptionsInWords.Of(schedule),
            MinimumLearningRate = plrs?.MinimumLearningRate,
            MaximumLearningRate = plrs?.MaximumLearningRate,
            StepsPerEpoch = notes.History.StepsPerEpoch,
            LearningRates = notes.Rates.Rates,
            LearningRateInterval = notes.Rates.Interval,
            RangeTest = Of(found),
        };
    }

    private static RangeTestRecord? Of(PlrsBounds? found) => found is null ? null : new RangeTestRecord
    {
        Proposal = found.ToString(),
        Confidence = found.Confidence.ToString(),
        TurningLearningRate = found.TurningLearningRate,
        Spread = found.Spread,
        Sweeps = [.. found.Curves.Take(MostSweeps).Select(Of)],
    };

    private static SweepRecord Of(RangeTestCurve curve)
    {
        var every = Math.Max(1, (curve.Losses.Count + MostPoints - 1) / MostPoints);
        return new SweepRecord
        {
            Seed = curve.Seed,
            Steps = curve.Losses.Count,
            MaximumLearningRate = curve.IsUsable ? curve.MaximumLearningRate : null,
            LearningRates = [.. curve.LearningRates.Where((_, i) => i % every == 0)],
            SmoothedLosses = [.. curve.SmoothedLosses.Where((_, i) => i % every == 0)],
        };
    }

    private static ImagesRecord Of(TrainingData data, string[] classNames)
    {
        var training = data.ClassSizes(classNames.Length);
        var validation = Sizes(data.ValidationSet, data.ValidationImages, classNames.Length);
        var hasOwnValidation = !ReferenceEquals(data.TrainSet, data.ValidationSet);
        return new ImagesRecord
        {
            Training = data.TrainImages.Length,
            Validation = data.ValidationImages.Length,
            Skipped = data.TrainSet.SkippedCount + (hasOwnValidation ? data.ValidationSet.SkippedCount : 0),
            ClassCount = classNames.Length,
            Resampling = Resampler.Name,
            Classes = [.. classNames.Take(MostClasses)
                .Select((name, i) => new ClassRecord { Name = Cut(name), Training = training[i], Validation = validation[i] })],
        };
    }

    private static int[] Sizes(ImageSet set, int[] images, int classCount)
    {
        var sizes = new int[classCount];
        Array.ForEach(images, image => sizes[set.Label(image)]++);
        return sizes;
    }

    private static EpochRecord Of(ImageClassificationMetrics train, ImageClassificationMetrics? validation) => new()
    {
        Epoch = train.Epoch,
        LearningRate = train.LearningRate,
        CrossEntropy = train.CrossEntropy,
        Accuracy = train.Accuracy,
        ValidationCrossEntropy = validation?.CrossEntropy,
        ValidationAccuracy = validation?.Accuracy,
        MeanGradientNorm = train.MeanGradientNorm,
        LargestGradientNorm = train.LargestGradientNorm,
        Smoothness = train.Smoothness,
    };

    private static SignalRecord Of(InstabilitySignal signal) => new()
    {
        Kind = signal.Kind.ToString(),
        Step = signal.Step.Index,
        Epoch = signal.Step.Epoch,
        LearningRate = signal.LearningRate,
        Value = signal.Value,
        Limit = signal.Limit,
    };

    private static string Cut(string name) => name.Length > LongestName ? name[..LongestName] : name;
}
