using System.CommandLine;
using System.Globalization;
using CompareSchedules.Contest;
using CompareSchedules.Runs;
using Plrs.MLNet;
using Plrs.MLNet.Torch;
using Known = Plrs.MLNet.Network;
using OptionForms = TrainOnFolder.OptionForms;

namespace CompareSchedules;

/// <summary>The command line: each option with its explanation, default and range.</summary>
internal static class CommandLine
{
    private const string AllSchedules = "all";

    private static readonly Argument<string?> Folder = new("folder")
    {
        Description = "The data: a folder with train and test, each with a subfolder of images for each class; the binary files of CIFAR-10 or CIFAR-100; Tiny ImageNet as it is published; or one folder with a subfolder for each class, of which folds are made.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly string[] AllNames = [.. Contestant.All.Select(contestant => contestant.Name)];

    private static readonly Option<string> Network = OptionForms.NetworkName("--network", "The network.", nameof(Known.ResNet20));

    private static readonly Option<FineTuningName> FineTuning = OptionForms.Choice(
        "--fine-tuning",
        "From random weights, or from weights for ImageNet: all layers at once, or the head first and then layer by layer. The rates are the paper's from scratch, and lower with pretrained weights.",
        FineTuningName.Scratch);

    private static readonly Option<string> Schedules = OptionForms.Text(
        "--schedules",
        $"The schedules to compare, with commas between them: {string.Join(", ", AllNames)}; or {AllSchedules}.",
        string.Join(',', Contestant.OfPaper.Select(contestant => contestant.Name)),
        "names",
        $"names of schedules ({string.Join(", ", AllNames)}) with commas between them, each once, or {AllSchedules}",
        text => Names(text) is not null);

    private static readonly Option<string> Seeds = OptionForms.Text(
        "--seeds",
        "The seeds, with commas between them: each schedule trains once with each.",
        "1,2,3",
        "numbers",
        "whole numbers from 0 on with commas between them, each once",
        text => Numbers(text) is not null);

    private static readonly Option<int?> Folds = OptionForms.Optional<int>("--folds", "For data without test images: train and test once for each of so many folds, so that each image is tested with once. Default: 5.", 2, 100);

    private static readonly Option<int?> Epochs = OptionForms.Optional<int>("--epochs", "How many times to go through the training images. Default: 30; 12 with pretrained weights.", 1, 100_000);

    private static readonly Option<int?> BatchSize = OptionForms.Optional<int>("--batch", "The images of one training step. Default: 64; 16 with pretrained weights.", 1, 4096);

    private static readonly Option<int?> ImageSize = OptionForms.Optional<int>("--image-size", "The width and height in pixels that images are brought to. Default: what the network is made for.", 8, 1024);

    private static readonly Option<double?> Rate = OptionForms.Optional<double>("--rate", "L_max, the highest rate of PLRS; all rates of all schedules are scaled with it. Default: the paper's for the network, 0.1 for most; 0.005 with pretrained weights.", 1e-8, 100);

    private static readonly Option<double> AveragingDecay = OptionForms.Number("--averaging-decay", "The decay of the average of the weights, which is tested beside the last weights.", 0.98, 0, 0.999999);

    private static readonly Option<bool> MixedPrecision = new("--mixed-precision") { Description = "Train in mixed precision (bfloat16)." };

    private static readonly Option<string> Device = OptionForms.Text(
        "--device",
        "Where to train: auto, cpu, cuda, or cuda:1 for the second GPU.",
        "auto",
        "name",
        "auto, cpu, cuda, or cuda with the number of a GPU, such as cuda:1",
        text => TryParseDevice(text) is not null);

    private static readonly Option<string> Output = new("--out") { Description = "The folder for the experiment and its report. Runs that are finished in it are not made again, and an interrupted one goes on.", HelpName = "folder" };

    private static readonly Option<string> Task = OptionForms.Text(
        "--task",
        "Make one share of the runs only, and no report: 2/4 is the second of four. The shares may run at the same time, on several machines, with the same --out.",
        null,
        "i/n",
        TaskShare.Form,
        text => TaskShare.TryParse(text, out _));

    private static readonly Option<bool> Merge = new("--merge") { Description = "Make no runs, but the report of those that are in --out. No other options are needed." };

    private static readonly Option<double?> Target = OptionForms.Optional<double>("--target", "The test accuracy that the epochs and seconds until it are reported of. Default: 95 % of the best mean.", 0, 1);

    /// <summary>Gives a command the argument and the options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="output">The default of <c>--out</c>.</param>
    public static void AddTo(Command command, string output)
    {
        Output.DefaultValueFactory = _ => output;
        command.Add(Folder);
        foreach (var option in new Option[] { Network, FineTuning, Schedules, Seeds, Folds, Epochs, BatchSize, ImageSize, Rate, AveragingDecay, MixedPrecision, Device, Output, OptionForms.Force, Task, Merge, Target })
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

            if (result.GetValue(OptionForms.Force) && (isShare || result.GetValue(Merge)))
            {
                result.AddError("--force begins the experiment anew: neither a share of it (--task) nor its report (--merge) can.");
            }
        });
    }

    /// <summary>What was said.</summary>
    public static Settings Read(ParseResult result) => new()
    {
        Folder = result.GetValue(Folder),
        Output = result.GetRequiredValue(Output),
        Force = result.GetValue(OptionForms.Force),
        Network = result.GetRequiredValue(Network),
        FineTuning = result.GetValue(FineTuning),
        Schedules = Names(result.GetRequiredValue(Schedules))!,
        Seeds = Numbers(result.GetRequiredValue(Seeds))!,
        Folds = result.GetValue(Folds),
        Epochs = result.GetValue(Epochs),
        BatchSize = result.GetValue(BatchSize),
        ImageSize = result.GetValue(ImageSize),
        Rate = result.GetValue(Rate),
        AveragingDecay = result.GetValue(AveragingDecay),
        MixedPrecision = result.GetValue(MixedPrecision),
        Device = TryParseDevice(result.GetRequiredValue(Device))!,
        Task = result.GetValue(Task) is { } text && TaskShare.TryParse(text, out var share) ? share : null,
        Merge = result.GetValue(Merge),
        Target = result.GetValue(Target),
    };

    private static string[]? Names(string text)
    {
        string[] names = text == AllSchedules ? AllNames : text.Split(',', StringSplitOptions.TrimEntries);
        return names.All(AllNames.Contains) && names.Distinct().Count() == names.Length ? names : null;
    }

    private static int[]? Numbers(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        int[] numbers = [.. parts.Where(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Select(part => int.Parse(part, CultureInfo.InvariantCulture)).Distinct()];
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
