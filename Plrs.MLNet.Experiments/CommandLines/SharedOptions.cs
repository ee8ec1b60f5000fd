using System.CommandLine;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Experiments.Training;

namespace Plrs.MLNet.Experiments.CommandLines;

/// <summary>The options that mean the same in every command that has them: one name and one range for each.</summary>
internal static class SharedOptions
{
    private const int MostEpochs = 100_000;
    private const int LargestBatch = 4096;
    private const double LowestRate = 1e-8;
    private const double HighestRate = 100;

    /// <summary>What options were called in an earlier version, and are called now.</summary>
    public static IReadOnlyDictionary<string, string> FormerNames { get; } = new Dictionary<string, string>
    {
        ["--network"] = "--arch",
        ["--batch"] = "--batch-size",
        ["--out"] = "--output",
        ["--rate"] = "--maximum-learning-rate",
    };

    /// <summary>Whether files that exist are replaced.</summary>
    public static Option<bool> Force { get; } = new("--force") { Description = "Replace what is there already." };

    public static Option<int?> ImageSize { get; } = OptionForms.Optional<int>(
        "--image-size", "The width and height in pixels that images are brought to. Default: what the network is made for.", 8, 1024);

    public static Option<double?> MinimumLearningRate { get; } =
        Rate("--minimum-learning-rate", "L_min, the lower bound of PLRS. Default: 0.002; 0.005 for the head alone; 0.03 from scratch.");

    public static Option<NamedSchedule> Schedule { get; } = OptionForms.Named(
        "--schedule",
        $"The learning-rate schedule.{Described(NamedSchedule.All)}",
        NamedSchedule.Names,
        name => NamedSchedule.Find(name)!,
        NamedSchedule.Plrs);

    public static Option<string> Arch(string defaultValue) => OptionForms.NetworkName("--arch", "The network.", defaultValue);

    public static Option<FineTuningName> FineTuning(string description, params IReadOnlyList<FineTuningName> allowed) =>
        OptionForms.Choice("--fine-tuning", description, allowed[0], allowed);

    public static Option<int?> Epochs(string defaults) =>
        OptionForms.Optional<int>("--epochs", $"How many times to go through the training images. Default: {defaults}.", 1, MostEpochs);

    public static Option<int?> BatchSize(string defaults) =>
        OptionForms.Optional<int>("--batch-size", $"The images of one training step. Default: {defaults}.", 1, LargestBatch);

    public static Option<double?> MaximumLearningRate(string description) => Rate("--maximum-learning-rate", description);

    /// <summary>Where results go.</summary>
    /// <param name="form">What it is the path of: a file, or a folder.</param>
    /// <param name="description">What is written there.</param>
    /// <param name="defaultValue">Its default; <see langword="null"/> where that follows from something else.</param>
    public static Option<string> Output(string form, string description, string? defaultValue)
    {
        var option = new Option<string>("--output", "-o") { Description = description, HelpName = form };
        if (defaultValue is not null)
        {
            option.DefaultValueFactory = _ => defaultValue;
        }

        return option;
    }

    /// <summary>Schedules with what their rates do, a line each: "plrs: each step's rate is drawn …".</summary>
    public static string Described(IEnumerable<NamedSchedule> schedules) =>
        string.Concat(schedules.Select(schedule => $"{Environment.NewLine}{schedule.Name}: {schedule.Description}"));

    private static Option<double?> Rate(string name, string description) =>
        OptionForms.Optional(name, description, LowestRate, HighestRate);
}
