using System.CommandLine;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Experiments.Training;
using PlrsTool.Models;

namespace PlrsTool.Commands;

/// <summary><c>plrs train</c>: a folder of images becomes a model.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var folder = Inputs.Folder("The images to train on");
        var findsBounds = new Option<bool>("--find-bounds")
        {
            Description = "Find L_min and L_max by a range test first, in place of the defaults.",
        };
        var output = SharedOptions.Output(
            "file", "The file of the model. Beside it, pictures and figures of the run are left: model.run for model.zip.", "model.zip");
        var workspace = new Option<string?>("--workspace")
        {
            Description = "The folder for checkpoints, which stay there. " +
                "Default: one beside the model, from which a training that has come to its end removes its own.",
            HelpName = "folder",
        };
        var command = new Command(
            "train",
            "Train on a folder of images, test on some that are held out, and save the model. " +
            "Ctrl+C keeps the model so far, once a step was made, and a checkpoint from which the same command goes on.")
        {
            folder,
        };
        TrainingOptions.AddTo(command);
        command.Add(findsBounds);
        command.Add(output);
        command.Add(workspace);
        command.Add(SharedOptions.Force);
        return command.Answers(result =>
        {
            var settings = TrainingOptions.Read(result) with
            {
                Folder = result.GetRequiredValue(folder),
                Output = result.GetRequiredValue(output),
                Force = result.GetValue(SharedOptions.Force),
            };
            settings = Checked(settings, result.GetValue(findsBounds));
            return FolderTraining.Run(settings, result.GetValue(workspace), leavesRun: true) with { Next = Next.AfterTraining(settings) };
        });
    }

    private static TrainSettings Checked(TrainSettings settings, bool findsBounds)
    {
        if (TrainingOptions.Problem(settings) is { } problem)
        {
            throw new InputException(problem);
        }

        if (findsBounds && (settings.HasBounds || settings.Schedule != NamedSchedule.Plrs))
        {
            throw new InputException(
                "--find-bounds finds the bounds of PLRS: " +
                "it cannot stand beside another --schedule, --minimum-learning-rate or --maximum-learning-rate.");
        }

        return findsBounds ? settings with { Schedule = NamedSchedule.RangeTested } : settings;
    }
}
