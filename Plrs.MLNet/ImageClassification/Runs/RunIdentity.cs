using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// All that the trained weights of a run depend on: what a checkpoint's run and this one must have in common. Names, usual values and words
/// are for ever: a checkpoint of any version since 1.0 has them. Something that a later version adds is one more line, whose usual value is
/// what runs did before.
/// </summary>
internal static class RunIdentity
{
    // What is decided for each run anew, and so is always told.
    private const string Always = "";

    /// <summary>The options that cannot change the weights, or that are checked in another way. Every other one is in the table.</summary>
    public static readonly string[] WithoutEffect =
    [
        "ScoreColumnName", "PredictedLabelColumnName",
        "Epoch", // A run may be made longer; a schedule that takes its length from it is another schedule.
        "TestOnTrainSet", "MetricsCallback", "WorkspacePath",
        "Images.MaximumPixels", "Images.CacheMode", "Images.CacheBudget",
        "Steps.Device", // One of the machine's properties.
        "Stopping.Token", "Stopping.TimeBudget", "Stopping.OnDivergence",
        "Checkpoints.EveryEpochs", "Checkpoints.Interval", "Checkpoints.Kept", "Checkpoints.ResumeFrom",
        "Reporting.Observers", "Reporting.TensorBoardFolder", "Reporting.InstabilitySignals",
    ];

    private static readonly Entry[] Table =
    [
        new("classes", Always, run => Digest(run.ClassNames)),
        new(RunFingerprint.Schedule, Always, run => Words(run.Settings.Schedule), "Schedule", "LearningRate"),
        new(RunFingerprint.HeadSchedule, "as schedule", HeadSchedule, "Schedule", "LearningRate"),
        new("seed", Always, run => Words(run.Seed)),
        new("startFrom", Always, run => run.Start.Digest, "StartFrom"),
        new(
            "trainingImages",
            Always,
            run => DataDigest.Of(run.Data.TrainSet, run.Data.TrainImages),
            "ValidationSet",
            "ValidationSetFraction"),
        new(
            "validationImages",
            Always,
            run => DataDigest.Of(run.Data.ValidationSet, run.Data.ValidationImages),
            "ValidationSet",
            "ValidationSetFraction"),
        new("normalization", Always, run => Words([.. run.Data.Normalization.Mean, .. run.Data.Normalization.StandardDeviation])),
        new("arch", Always, run => Words(run.Plan.Network), "Arch"),
        new("imageSize", Always, run => Words(run.Plan.Decoding.Size), "Images.Size"),
        new("resizing", Always, run => Words(run.Plan.Decoding.Resizing), "Images.Resizing"),
        new("batchSize", "16", run => Words(run.Options.BatchSize), "BatchSize"),
        new("minimumLastBatchSize", "usual", run => Words(run.Options.Steps.MinimumLastBatchSize, "usual"), "Steps.MinimumLastBatchSize"),
        new("precision", "Full", run => Words(run.Options.Steps.Precision), "Steps.Precision"),
        new("classBalance", "none", run => Words(run.Options.Steps.ClassBalance), "Steps.ClassBalance"),
        new("labelSmoothing", "0", run => Words(run.Options.Steps.LabelSmoothing), "Steps.LabelSmoothing"),
        new(RunFingerprint.WeightAveraging, "none", run => Words(run.Options.AveragingWith(run.Settings.Schedule)), "WeightAveraging"),
        .. Of("fineTuning", "FineTuning", run => run.Plan.FineTuning,
            ("head only", "False", tuning => Words(tuning.IsHeadOnly)),
            ("head epochs", "0", tuning => Words(tuning.HeadEpochs)),
            ("epochs per group", "0", tuning => Words(tuning.EpochsPerGroup)),
            ("freeze batch norm", "False", tuning => Words(tuning.FreezeBatchNorm)),
            (
                "rate factors",
                "",
                tuning => string.Join(
                    ", ",
                    tuning.RateFactors.OrderBy(factor => factor.Key, StringComparer.Ordinal)
                        .Select(factor => $"{factor.Key} {Words(factor.Value)}")))),
        .. Of("augmentation", "Images.Augmentation", run => run.Plan.Augmentation ?? ImageAugmentation.None,
            ("padding", "0", changes => Words(changes.RandomCropPadding)),
            ("crop area", "1", changes => Words(changes.MinimumCropArea)),
            ("crop ratio", Words(4.0 / 3), changes => Words(changes.MaximumCropAspectRatio)),
            ("flip", "False", changes => Words(changes.HorizontalFlip)),
            ("brightness", "0", changes => Words(changes.Brightness)),
            ("contrast", "0", changes => Words(changes.Contrast)),
            ("saturation", "0", changes => Words(changes.Saturation)),
            ("hue", "0", changes => Words(changes.Hue)),
            ("mixup", "0", changes => Words(changes.MixupAlpha))),
        .. Of("optimizer", "Optimizer", run => run.Options.Optimizer,
            ("kind", "SGD", optimizer => optimizer is AdamWOptions ? "AdamW" : optimizer is AdamOptions ? "Adam" : "SGD"),
            ("decays norms and biases", "True", optimizer => Words(optimizer.DecaysNormsAndBiases)),
            ("momentum", "0", optimizer => Words((optimizer as SgdOptions)?.Momentum ?? 0)),
            ("dampening", "0", optimizer => Words((optimizer as SgdOptions)?.Dampening ?? 0)),
            ("nesterov", "False", optimizer => Words((optimizer as SgdOptions)?.Nesterov ?? false)),
            (
                "weight decay",
                "0",
                optimizer => Words((optimizer as SgdOptions)?.WeightDecay ?? (optimizer as AdamOptions)?.WeightDecay ?? 0)),
            ("beta 1", "0.9", optimizer => Words((optimizer as AdamOptions)?.Beta1 ?? 0.9)),
            ("beta 2", "0.999", optimizer => Words((optimizer as AdamOptions)?.Beta2 ?? 0.999)),
            ("epsilon", "1E-08", optimizer => Words((optimizer as AdamOptions)?.Epsilon ?? 1e-8))),
        new("earlyStopping", "True", run => Words(run.Options.EarlyStoppingCriteria is not null), "EarlyStoppingCriteria"),
        .. Of("earlyStopping", "EarlyStoppingCriteria", run => run.Options.EarlyStoppingCriteria ?? new EarlyStopping(),
            ("min delta", Words(0.01f), criteria => Words(criteria.MinDelta)),
            ("patience", "20", criteria => Words(criteria.Patience)),
            ("metric", "Accuracy", criteria => Words(criteria.Metric)),
            ("start from epoch", "the last decay", criteria => Words(criteria.StartFromEpoch, "the last decay"))),
    ];

    /// <summary>The options that settings stand for.</summary>
    public static IEnumerable<string> Compared => Table.SelectMany(entry => entry.Options).Distinct();

    /// <summary>The settings of a run that is prepared, and has its bounds. They are the same in every culture.</summary>
    public static IReadOnlyList<RunSetting> Of(TrainingRun run) => OptionsInWords.Invariantly<IReadOnlyList<RunSetting>>(
        () => [.. Table.Select(entry => new RunSetting(entry.Name, entry.Usual, entry.Value(run)))]);

    // Plans are for the epochs on images: under one, the head has a rate of its own.
    private static string HeadSchedule(TrainingRun run)
    {
        if (run.Plan.FineTuning.HeadEpochs == 0)
        {
            return "as schedule";
        }

        var schedule = HeadTraining.ScheduleFor(run.Settings.Schedule, run.Options.LearningRate);
        return schedule.Equals(run.Settings.Schedule) ? "as schedule" : Words(schedule);
    }

    // A head keeps its rows by the names of its classes, so these count, and their order.
    private static string Digest(string[] names) =>
        $"{names.Length} ({Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', names))).AsSpan(0, 8))})";

    private static List<Entry> Of<T>(
        string name, string option, Func<TrainingRun, T> part,
        params ReadOnlySpan<(string Name, string Usual, Func<T, string> Value)> settings)
    {
        var entries = new List<Entry>();
        foreach (var (inner, usual, value) in settings)
        {
            entries.Add(new Entry($"{name}.{inner}", usual, run => value(part(run)), option));
        }

        return entries;
    }

    private static string Words(float[] values) => string.Join(", ", values.Select(value => Words(value)));

    private static string Words(object? value, string otherwise = "none") =>
        Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } words ? words : otherwise;

    /// <summary>A line of the table.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Usual">Its usual value.</param>
    /// <param name="Value">Its value in a run.</param>
    /// <param name="Options">The options that it depends on.</param>
    private sealed record Entry(string Name, string Usual, Func<TrainingRun, string> Value, params string[] Options);
}
