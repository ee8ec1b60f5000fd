using System.Globalization;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Training;

namespace PlrsTool;

/// <summary>What to do after a command, in a line that can be copied.</summary>
internal static class Next
{
    public static string AfterTraining(TrainSettings settings) =>
        $"Predict: plrs predict {Quoted(settings.Output)} <image> · Look: plrs inspect {Quoted(settings.Output)} · "
        + $"Make a program: plrs new --from {Quoted(settings.Folder!)} --model {Quoted(settings.Output)} --output <folder>";

    public static string AfterBounds(TrainSettings settings, double minimum, double maximum) => string.Create(
        CultureInfo.InvariantCulture,
        $"Train: plrs train {Quoted(settings.Folder!)}{Options(settings)} " +
        $"--minimum-learning-rate {minimum:G3} --maximum-learning-rate {maximum:G3}");

    public static string AfterEvaluation(string model) =>
        $"See which images are taken for what: plrs predict {Quoted(model)} <images or folders>";

    public static string AfterPrediction(string model) =>
        $"Test on images whose class is known: plrs evaluate {Quoted(model)} <folder>";

    public static string AfterInspection(string model) =>
        $"Predict: plrs predict {Quoted(model)} <image> · For other programs: plrs export {Quoted(model)} --onnx <file>";

    public static string AfterExport(string model) =>
        $"The classes, in the order of the scores, and what was trained: plrs inspect {Quoted(model)}";

    public static string AfterComparison(string folder) => $"Read: {Path.Combine(folder, "report.html")}";

    public static string AfterShare(string folder) => $"When all shares are made: plrs compare --merge --output {Quoted(folder)}";

    public static string AfterNew(string project) => $"Run it: cd {Quoted(project)} && dotnet run -c Release -- predict <image>";

    /// <summary>A path as a shell takes it.</summary>
    public static string Quoted(string path) =>
        path.Length > 0 && path.All(IsPlain) ? path
        : OperatingSystem.IsWindows() ? $"\"{path}\""
        : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char letter) => char.IsLetterOrDigit(letter) || "/._-+:@%,=".Contains(letter, StringComparison.Ordinal);

    // What bounds depend on, where it is not the default.
    private static string Options(TrainSettings settings)
    {
        var defaults = TrainingOptions.Defaults();
        (string Name, object? Value, object? Default)[] options =
        [
            ("--arch", TrainingOptions.NameOf(settings.Arch), TrainingOptions.NameOf(defaults.Arch)),
            ("--fine-tuning", settings.FineTuning, defaults.FineTuning),
            ("--batch-size", settings.BatchSize, defaults.BatchSize),
            ("--image-size", settings.ImageSize, defaults.ImageSize),
            ("--test-fraction", settings.TestFraction, defaults.TestFraction),
            ("--seed", settings.Seed, defaults.Seed),
        ];
        var given = options
            .Where(option => !Equals(option.Value, option.Default))
            .Select(option => string.Create(CultureInfo.InvariantCulture, $" {option.Name} {option.Value}"));
        return string.Concat(given) + (settings.NoAugmentation ? " --no-augmentation" : "");
    }
}
