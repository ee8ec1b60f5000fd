using System.CommandLine;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Training;

namespace TrainOnFolder;

/// <summary>The command line: a folder, the options of the training, and what is this program's alone.</summary>
internal static class CommandLine
{
    private static readonly Argument<string?> Folder = new("folder")
    {
        Description = "The folder to train on, with a subfolder of images (.jpg, .png, .webp, .gif, .bmp) for each class. " +
            "Without it, a small folder of shapes is drawn.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<int> Folds = OptionForms.Number(
        "--folds", "Above 1, trains and tests once for each of so many folds instead, and saves no model.", 1, 1, 100);

    private static readonly Option<string> Output = SharedOptions.Output(
        "folder",
        "The folder for model.zip and training.png. Default: the one in artifacts/TrainOnFolder with the name of the folder of images.",
        defaultValue: null);

    /// <summary>The command, which calls <paramref name="run"/> with the settings it was given.</summary>
    public static RootCommand Create(Func<TrainSettings, int> run)
    {
        var command = new RootCommand(
            "Trains an image classifier on a folder of images with ML.NET, " +
            "TorchSharp and the probabilistic learning rate scheduler (PLRS), tests it on images held out, and saves the model.")
        {
            Folder,
        };
        TrainingOptions.AddTo(command);
        command.Add(Folds);
        command.Add(Output);
        command.Add(SharedOptions.Force);
        command.SetAction(
            result =>
                Read(result) is var settings && TrainingOptions.Problem(settings) is { } problem ? Refuse(result, problem) : run(settings));
        return command;
    }

    private static TrainSettings Read(ParseResult result) => TrainingOptions.Read(result) with
    {
        Folder = result.GetValue(Folder),
        Folds = result.GetValue(Folds),
        Output = result.GetValue(Output) ?? Path.Combine("artifacts", "TrainOnFolder", NameOf(result.GetValue(Folder))),
        Force = result.GetValue(SharedOptions.Force),
    };

    private static string NameOf(string? folder) =>
        folder is null ? "shapes" : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    private static int Refuse(ParseResult result, string message)
    {
        result.InvocationConfiguration.Error.WriteLine(message);
        return 1;
    }
}
