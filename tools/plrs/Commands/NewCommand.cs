using System.CommandLine;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Reports;
using PlrsTool.Models;
using PlrsTool.Project;

namespace PlrsTool.Commands;

/// <summary><c>plrs new</c>: a program of one's own around a model, laid out as ML.NET's Model Builder does.</summary>
internal static partial class NewCommand
{
    public static Command Create()
    {
        var from = new Option<string>("--from")
        {
            Description = "The folder of images that the model is, or will be, trained on.",
            HelpName = "folder",
            Required = true,
        };
        var model = Inputs.File(
            "--model", "A trained model. Without it, one is trained on the folder first, as by 'plrs train' with its defaults.");
        var name = new Option<string?>("--name")
        {
            Description = "The classifier's name: that of its class and files. Default: the folder's, with Classifier at the end.",
        };
        var output = SharedOptions.Output("folder", "The folder for the project.", ".");
        var command = new Command(
            "new",
            "Write a program for a folder of images and a model, " +
            "laid out as ML.NET's Model Builder does: it trains, tests and predicts.") { from, model, name, output, SharedOptions.Force };
        return command.Answers(result =>
        {
            var folder = result.GetRequiredValue(from);
            return Run(
                folder,
                result.GetValue(model),
                result.GetValue(name) ?? NameOf(folder),
                result.GetRequiredValue(output),
                result.GetValue(SharedOptions.Force));
        });
    }

    private static Answer Run(string folder, string? modelPath, string name, string output, bool replaces)
    {
        if (!Identifier().IsMatch(name))
        {
            throw new InputException(
                $"--name is '{name}'; a class can have letters, digits and underscores in its name, and a digit does not come first.");
        }

        if (SmallLetters().IsMatch(name))
        {
            throw new InputException(
                $"--name is '{name}'; C# keeps words of small letters alone to itself, so that a class's name has a capital letter, " +
                $"a digit or an underscore, too: {char.ToUpperInvariant(name[0])}{name[1..]}.");
        }

        if (ProjectFiles.Uses(name))
        {
            throw new InputException(
                $"--name is '{name}', a name that the project uses itself; it must be another one, such as {name}Classifier.");
        }

        ImageFolder.List(folder);
        var project = Path.GetFullPath(output);
        var files = ProjectFiles.Of(name, ProjectFiles.DataFolderFrom(project, Path.GetFullPath(folder)));
        var model = Path.Combine(project, $"{name}.mlnet");
        string[] paths = [model, .. files.Keys.Select(file => Path.Combine(project, file))];
        if (!replaces && Array.Find(paths, OutputFile.HasContent) is { } there)
        {
            throw new InputException($"--output is '{output}', where '{there}' is there already, and is not replaced without --force.");
        }

        Directory.CreateDirectory(project);
        if (modelPath is null)
        {
            // Stopped early, the project is left for the next time, which goes on.
            modelPath = Path.Combine(project, $"{name}.training.zip");
            var training = FolderTraining.Run(
                TrainingOptions.Defaults() with { Folder = folder, Output = modelPath, Force = true }, workspace: null, leavesRun: false);
            if (training.ExitCode != Answer.Done)
            {
                return training;
            }

            Convert(modelPath, model);
            File.Delete(modelPath);
        }
        else
        {
            Convert(modelPath, model);
        }

        foreach (var (file, content) in files)
        {
            ResultFile.Write(Path.Combine(project, file), content);
        }

        Report.Saved(paths);
        return new(new { name, project, files = paths }, Next: Next.AfterNew(output));
    }

    private static void Convert(string from, string to)
    {
        var mlContext = LibraryWords.Tell(new MLContext(seed: 1));
        using var model = TrainedModel.Open(mlContext, from);
        ProjectModel.Save(mlContext, model, to);
    }

    // "my flowers" becomes MyFlowersClassifier.
    private static string NameOf(string folder)
    {
        var words = Word().Matches(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))))
            .Select(word => $"{char.ToUpperInvariant(word.Value[0])}{word.Value[1..]}");
        var name = $"{string.Concat(words)}Classifier";
        return !char.IsLetter(name[0]) ? $"Images{name}" : name;
    }

    // As C# has it: letters of all alphabets, and no line break at the end.
    [GeneratedRegex(@"^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}_]*\z")]
    private static partial Regex Identifier();

    // Keywords are among them, and the compiler warns of all.
    [GeneratedRegex(@"^[a-z]+\z")]
    private static partial Regex SmallLetters();

    [GeneratedRegex(@"[\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}]+")]
    private static partial Regex Word();
}
