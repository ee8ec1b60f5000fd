using System.CommandLine;
using PlrsTool.Models;
using TrainOnFolder;

namespace PlrsTool.Commands;

/// <summary><c>plrs train</c>: a folder of images becomes a model.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var folder = Inputs.Folder("The images to train on");
        var findsBounds = new Option<bool>("--find-bounds") { Description = "Find L_min and L_max by a range test first, in place of the defaults." };
        var output = new Option<string>("--output", "-o") { Description = "The file of the model.", HelpName = "file", DefaultValueFactory = _ => "model.zip" };
        var workspace = new Option<string?>("--workspace")
        {
            Description = "The folder for checkpoints, which stay there. Default: one beside the model, from which a training that has come to its end removes its own.",
            HelpName = "folder",
        };
        var command = new Command("train", "Train on a folder of images, test on some that are held out, and save the model. Ctrl+C keeps the model so far, once a step was made, and a checkpoint from which the same command goes on.")
        {
            folder,
        };
        TrainingOptions.AddTo(command);
        command.Add(findsBounds);
        command.Add(output);
        command.Add(workspace);
        command.Add(OptionForms.Force);
        return command.Answers(result =>
        {
            var settings = TrainingOptions.Read(result) with
            {
                Folder = result.GetRequiredValue(folder),
                Output = result.GetRequiredValue(output),
                Force = result.GetValue(OptionForms.Force),
            };
            Check(settings, result.GetValue(findsBounds));
            return FolderTraining.Run(settings, result.GetValue(workspace), result.GetValue(findsBounds)) with { Next = Next.AfterTraining(settings) };
        });
    }

    private static void Check(Settings settings, bool findsBounds)
    {
        if (TrainingOptions.Problem(settings) is { } problem)
        {
            throw new InputException(problem);
        }

        if (findsBounds && (settings.Schedule != ScheduleName.Plrs || settings.MinimumLearningRate is not null || settings.MaximumLearningRate is not null))
        {
            throw new InputException("--find-bounds finds the bounds of PLRS: it cannot stand beside another --schedule, --minimum-learning-rate or --maximum-learning-rate.");
        }
    }
}
