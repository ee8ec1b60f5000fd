using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Training;
using Plrs.MLNet.Weights;
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
        nameof(Options.InstabilitySignals), nameof(Options.InstabilityCallback), nameof(Options.Observers), nameof(Options.TensorBoardFolder),
        nameof(Options.WorkspacePath), nameof(Options.CheckpointEveryEpochs), nameof(Options.CheckpointInterval), nameof(Options.CheckpointsKept),
        nameof(Options.ResumeFrom), nameof(Options.OnDivergence), nameof(Options.StopToken), nameof(Options.TimeBudget),
        nameof(Options.CacheMode), nameof(Options.CacheBudget), nameof(Options.MaximumImagePixels),
    ];

    private const int LongestWords = 2000;

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

    /// <summary>The options in words, for people: those that may be left open as what they come to. Paths, data and code are said to be given, no more.</summary>
    public static IReadOnlyDictionary<string, string> InWords(Options options, Recipe recipe, ILearningRateSchedule schedule)
    {
        var decided = Decided(recipe).ToDictionary(entry => entry.Option, entry => entry.Value);
        decided[nameof(Options.Epoch)] = recipe.Epochs;
        decided[nameof(Options.StartFrom)] = recipe.StartFrom;
        decided[nameof(Options.WeightAveraging)] = options.AveragingWith(schedule);
        decided[nameof(Options.Schedule)] = schedule;
        return typeof(Options).GetProperties().OrderBy(property => property.Name, StringComparer.Ordinal).ToDictionary(
            property => property.Name,
            property => IsTold(property.PropertyType, property.Name) ? InWords(decided.GetValueOrDefault(property.Name, property.GetValue(options))) : IsGiven(property.GetValue(options)) ? "given" : "none");
    }

    /// <summary>A value in words, in every culture the same, and not very long.</summary>
    public static string InWords(object? value)
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            var words = value switch
            {
                null => "none",
                PretrainedWeights.ModelWeights => "a model",
                PretrainedWeights.FileWeights => "a file",
                PretrainedWeights.ImageNetWeights => "ImageNet",
                PretrainedWeights => "nothing",
                IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
                _ => value.ToString() ?? "",
            };
            return words.Length > LongestWords ? words[..LongestWords] : words;
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static bool IsTold(Type type, string name) =>
        !typeof(Delegate).IsAssignableFrom(type) && !typeof(IDataView).IsAssignableFrom(type) && type != typeof(CancellationToken)
        && name is not (nameof(Options.Observers) or nameof(Options.WorkspacePath) or nameof(Options.TensorBoardFolder) or nameof(Options.ResumeFrom));

    private static bool IsGiven(object? value) => value is not (null or CancellationToken { CanBeCanceled: false } or System.Collections.ICollection { Count: 0 });

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
