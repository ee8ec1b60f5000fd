using System.CommandLine;
using System.Globalization;
using Plrs.MLNet.Experiments.Comparisons;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Experiments.Training;

namespace Plrs.MLNet.Experiments.CommandLines;

/// <summary>The options of a comparison, each with its explanation, default and range.</summary>
internal static class ComparisonOptions
{
    private const string AllSchedules = "all";

    private static readonly Argument<string?> Folder = new("folder")
    {
        Description = "The data: a folder with train and test, each with a subfolder of images for each class; " +
            "the binary files of CIFAR-10 or CIFAR-100; Tiny ImageNet as it is published; " +
            "or one folder with a subfolder for each class, of which folds are made.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> Arch = SharedOptions.Arch(nameof(Network.ResNet20));

    private static readonly Option<FineTuningName> FineTuning = SharedOptions.FineTuning(
        "From random weights, or from weights for ImageNet: all layers at once, or the head first and then layer by layer. "
        + "The rates are the paper's from scratch, and lower with pretrained weights.",
        FineTuningName.Scratch,
        FineTuningName.Full,
        FineTuningName.Gradual);

    private static readonly Option<string> Schedules = OptionForms.Text(
        "--schedules",
        $"The schedules to compare, with commas between them, or {AllSchedules}.{SharedOptions.Described(NamedSchedule.All)}",
        string.Join(',', NamedSchedule.OfPaper),
        "names",
        $"names of schedules ({string.Join(", ", NamedSchedule.Names)}) with commas between them, each once, or {AllSchedules}",
        text => Names(text) is not null);

    private static readonly Option<string> Seeds = OptionForms.Text(
        "--seeds",
        "The seeds, with commas between them: each schedule trains once with each.",
        "1,2,3",
        "numbers",
        "whole numbers from 0 on with commas between them, each once",
        text => Numbers(text) is not null);

    private static readonly Option<int?> Folds = OptionForms.Optional<int>(
        "--folds",
        "For data without test images: train and test once for each of so many folds, so that each image is tested with once. Default: 5.",
        2,
        100);

    private static readonly Option<int?> Epochs = SharedOptions.Epochs("30; 12 with pretrained weights");

    private static readonly Option<int?> BatchSize = SharedOptions.BatchSize("64; 16 with pretrained weights");

    private static readonly Option<double?> MaximumLearningRate = SharedOptions.MaximumLearningRate(
        "L_max, the highest rate of PLRS; all rates of all schedules are scaled with it. "
        + "Default: the paper's for the network, 0.1 for most; 0.005 with pretrained weights.");

    private static readonly Option<double> AveragingDecay = OptionForms.Number(
        "--averaging-decay", "The decay of the average of the weights, which is tested beside the last weights.", 0.98, 0, 0.999999);

    private static readonly Option<bool> MixedPrecision = new("--mixed-precision") { Description = "Train in mixed precision (bfloat16)." };

    private static readonly Option<string> Device = OptionForms.Text(
        "--device",
        "Where to train: auto, cpu, cuda, or cuda:1 for the second GPU.",
        "auto",
        "name",
        "auto, cpu, cuda, or cuda with the number of a GPU, such as cuda:1",
        text => TryParseDevice(text) is not null);

    private static readonly Option<string> Task = OptionForms.Text(
        "--task",
        "Make one share of the runs only, and no report: 2/4 is the second of four. " +
        "The shares may run at the same time, on several machines, with the same --output.",
        null,
        "i/n",
        TaskShare.Form,
        text => TaskShare.TryParse(text, out _));

    private static readonly Option<bool> Merge = new("--merge")
    {
        Description = "Make no runs, but the report of those that are in --output. No other options are needed.",
    };

    private static readonly Option<double?> Target = OptionForms.Optional<double>(
        "--target", "The test accuracy that the epochs and seconds until it are reported of. Default: 95 % of the best mean.", 0, 1);

    /// <summary>Gives a command the argument and the options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="output">The default of <c>--output</c>.</param>
    /// <returns>Reads what was said.</returns>
    public static Func<ParseResult, ComparisonSettings> AddTo(Command command, string output)
    {
        var to = SharedOptions.Output(
            "folder",
            "The folder for the experiment and its report. " +
            "Runs that are finished in it are not made again, and an interrupted one goes on.",
            output);
        command.Add(Folder);
        Option[] options =
        [
            Arch, FineTuning, Schedules, Seeds, Folds, Epochs, BatchSize, SharedOptions.ImageSize, MaximumLearningRate, AveragingDecay,
            MixedPrecision, Device, to, SharedOptions.Force, Task, Merge, Target,
        ];
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(Folder) is null && !result.GetValue(Merge))
            {
                result.AddError("Name the folder of the data; only --merge needs none.");
            }

            var isShare = result.GetResult(Task) is not null;
            if (isShare && result.GetValue(Merge))
            {
                result.AddError("--task makes runs and --merge makes none: give one of them.");
            }

            if (result.GetValue(SharedOptions.Force) && (isShare || result.GetValue(Merge)))
            {
                result.AddError("--force begins the experiment anew: neither a share of it (--task) nor its report (--merge) can.");
            }
        });
        return result => Read(result) with { Output = result.GetRequiredValue(to) };
    }

    private static ComparisonSettings Read(ParseResult result) => new()
    {
        Folder = result.GetValue(Folder),
        Force = result.GetValue(SharedOptions.Force),
        Arch = result.GetRequiredValue(Arch),
        FineTuning = result.GetValue(FineTuning),
        Schedules = Names(result.GetRequiredValue(Schedules))!,
        Seeds = Numbers(result.GetRequiredValue(Seeds))!,
        Folds = result.GetValue(Folds),
        Epochs = result.GetValue(Epochs),
        BatchSize = result.GetValue(BatchSize),
        ImageSize = result.GetValue(SharedOptions.ImageSize),
        MaximumLearningRate = result.GetValue(MaximumLearningRate),
        AveragingDecay = result.GetValue(AveragingDecay),
        MixedPrecision = result.GetValue(MixedPrecision),
        Device = TryParseDevice(result.GetRequiredValue(Device))!,
        Task = result.GetValue(Task) is { } text && TaskShare.TryParse(text, out var share) ? share : null,
        Merge = result.GetValue(Merge),
        Target = result.GetValue(Target),
    };

    private static string[]? Names(string text)
    {
        NamedSchedule?[] found = text.Equals(AllSchedules, StringComparison.OrdinalIgnoreCase)
            ? [.. NamedSchedule.All]
            : [.. text.Split(',', StringSplitOptions.TrimEntries).Select(NamedSchedule.Find)];
        return found.Contains(null) || found.Distinct().Count() < found.Length ? null : [.. found.Select(schedule => schedule!.Name)];
    }

    private static int[]? Numbers(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        int[] numbers = [.. parts.Where(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(part => int.Parse(part, CultureInfo.InvariantCulture)).Distinct()];
        return numbers.Length == parts.Length ? numbers : null;
    }

    private static TorchDevice? TryParseDevice(string name)
    {
        try
        {
            return TorchDevice.Parse(name);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
