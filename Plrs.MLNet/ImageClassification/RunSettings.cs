using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Training;
using Options = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.ImageClassification;

/// <summary>All that the trained weights depend on, as names and values: what a checkpoint's run and this one must have in common.</summary>
internal static class RunSettings
{
    /// <summary>The options that change nothing in the weights, or that the other settings stand for. An option is compared unless it is named here.</summary>
    private static readonly string[] NotCompared =
    [
        nameof(Options.ScoreColumnName), nameof(Options.PredictedLabelColumnName), nameof(Options.Epoch), nameof(Options.Device),
        nameof(Options.LearningRate), nameof(Options.Schedule), nameof(Options.WeightAveraging), nameof(Options.ValidationSet), nameof(Options.ValidationSetFraction),
        nameof(Options.TestOnTrainSet), nameof(Options.MetricsCallback), nameof(Options.LastWeightsMetricsCallback), nameof(Options.StepCallback), nameof(Options.SkippedImageCallback),
        nameof(Options.WorkspacePath), nameof(Options.CheckpointEveryEpochs), nameof(Options.CheckpointInterval), nameof(Options.CheckpointsKept),
        nameof(Options.ResumeFrom), nameof(Options.OnDivergence), nameof(Options.StopToken), nameof(Options.TimeBudget),
        nameof(Options.CacheMode), nameof(Options.CacheBudget), nameof(Options.MaximumImagePixels),
    ];

    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Describes a run. The texts are the same in every culture, also those of a schedule of the user's own.</summary>
    public static IReadOnlyDictionary<string, string> Describe(Options options, Recipe recipe, string start, int classCount, ILearningRateSchedule schedule, int seed, TrainingData data)
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            var settings = new Dictionary<string, string>
            {
                ["Classes"] = Describe(classCount),
                [RunFingerprint.Schedule] = Describe(schedule.ToString()),
                ["Seed"] = Describe(seed),
                [nameof(Options.StartFrom)] = start,
                ["Training images"] = DataDigest.Of(data.TrainSet, data.TrainImages),
                ["Validation images"] = DataDigest.Of(data.ValidationSet, data.ValidationImages),
                ["Normalization"] = Describe((float[])[.. data.Normalization.Mean, .. data.Normalization.StandardDeviation]),
            };
            foreach (var (name, value) in Decided(recipe))
            {
                settings[name] = Describe(value);
            }

            foreach (var property in typeof(Options).GetProperties().Where(property => !NotCompared.Contains(property.Name) && !settings.ContainsKey(property.Name)))
            {
                settings[property.Name] = Describe(property.GetValue(options));
            }

            settings[RunFingerprint.WeightAveraging] = Describe(options.AveragingWith(schedule).ToString());
            return settings;
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    /// <summary>What the options come to where they may leave something open.</summary>
    private static IEnumerable<(string Option, object? Value)> Decided(Recipe recipe) =>
    [
        (nameof(Options.Arch), recipe.Network),
        (nameof(Options.ImageSize), recipe.Decoding.Size),
        (nameof(Options.Resizing), recipe.Decoding.Resizing),
        (nameof(Options.FineTuning), recipe.FineTuning),
        (nameof(Options.Augmentation), recipe.Augmentation),
    ];

    private static string Describe(object? value) => value switch
    {
        null => "none",
        string text => text,
        NetworkDefinition or ClassBalance => value.ToString()!,
        bool or IFormattable => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        Array => JsonSerializer.Serialize(value, value.GetType(), Json),
        _ => $"{value.GetType().Name} {JsonSerializer.Serialize(value, value.GetType(), Json)}",
    };
}
