using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Plrs.MLNet.Schedules;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.ImageClassification;

/// <summary>The trainer's options in words, for people who read a training record.</summary>
internal static class OptionsInWords
{
    private const int LongestWords = 2000;

    /// <summary>The names of all options; those in an object of options have its name before theirs: <c>Images.Size</c>.</summary>
    public static IEnumerable<string> Names => Leaves(new Options()).Select(leaf => leaf.Name);

    /// <summary>
    /// The options by name: those that may be left open as what they come to. Paths, data and code are said to be given, no more.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Of(Options options, RunPlan plan, ILearningRateSchedule schedule)
    {
        var decided = new Dictionary<string, object?>
        {
            ["Arch"] = plan.Network,
            ["StartFrom"] = plan.StartFrom,
            ["FineTuning"] = plan.FineTuning,
            ["Epoch"] = plan.Epochs,
            ["WeightAveraging"] = options.AveragingWith(schedule),
            ["Schedule"] = schedule,
            ["Images.Size"] = plan.Decoding.Size,
            ["Images.Resizing"] = plan.Decoding.Resizing,
            ["Images.Augmentation"] = plan.Augmentation,
        };
        return Leaves(options).OrderBy(leaf => leaf.Name, StringComparer.Ordinal).ToDictionary(
            leaf => leaf.Name,
            leaf => IsTold(leaf.Property) ? Of(decided.GetValueOrDefault(leaf.Name, leaf.Value)) : IsGiven(leaf.Value) ? "given" : "none");
    }

    /// <summary>A value in words, in every culture the same, and not very long.</summary>
    public static string Of(object? value) => Invariantly(() =>
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
    });

    /// <summary>Calls something that may look at the culture, such as a schedule of the user's own, in the invariant one.</summary>
    public static T Invariantly<T>(Func<T> act)
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return act();
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static IEnumerable<(string Name, PropertyInfo Property, object? Value)> Leaves(Options options) =>
        typeof(Options).GetProperties().SelectMany(property => IsObjectOfOptions(property.PropertyType)
            ? property.PropertyType.GetProperties()
                .Select(inner => ($"{property.Name}.{inner.Name}", inner, inner.GetValue(property.GetValue(options))))
            : [(property.Name, property, property.GetValue(options))]);

    private static bool IsObjectOfOptions(Type type) =>
        type == typeof(ImageOptions) || type == typeof(StepOptions)
            || type == typeof(StoppingOptions) || type == typeof(CheckpointOptions) || type == typeof(ReportingOptions);

    private static bool IsTold(PropertyInfo property) =>
        !typeof(Delegate).IsAssignableFrom(property.PropertyType) && !typeof(IDataView).IsAssignableFrom(property.PropertyType)
        && property.PropertyType != typeof(CancellationToken)
        && property.Name is not ("Observers" or "WorkspacePath" or "TensorBoardFolder" or "ResumeFrom");

    private static bool IsGiven(object? value) =>
        value is not (null or CancellationToken { CanBeCanceled: false } or System.Collections.ICollection { Count: 0 });
}
