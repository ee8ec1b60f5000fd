using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Plrs.MLNet;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Reports;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Experiments.Training;
using Spectre.Console;

namespace PlrsTool.Commands;

/// <summary><c>plrs find-bounds</c>: the learning-rate range test.</summary>
internal static class FindBoundsCommand
{
    public static Command Create()
    {
        var folder = Inputs.Folder("The images that will be trained on");
        var plot = Inputs.File("--plot", "Draw the curves to this file, as SVG.");
        var csv = Inputs.File("--csv", "Write the curves to this file, as a table.");
        var sweeps = OptionForms.Number("--sweeps", "How many sweeps over rising rates to make.", new PlrsRangeTestOptions().Seeds, 1, 100);
        var command = new Command(
            "find-bounds",
            "Find L_min and L_max of PLRS for a folder of images by a range test: short sweeps over rising learning rates.") { folder };
        TrainingOptions.AddTo(command);
        command.Add(sweeps);
        command.Add(plot);
        command.Add(csv);
        command.Add(SharedOptions.Force);
        return command.Answers(result =>
        {
            var settings = TrainingOptions.Read(result) with
            {
                Folder = result.GetRequiredValue(folder),
                Force = result.GetValue(SharedOptions.Force),
            };
            return Run(settings, result.GetValue(sweeps), result.GetValue(plot), result.GetValue(csv));
        });
    }

    private static Answer Run(TrainSettings settings, int sweeps, string? plot, string? csv)
    {
        using var interruption = new Interruption("Stopping after this image or step; there will be no bounds. Ctrl+C again ends at once.");
        if (TrainingOptions.Problem(settings) is { } problem)
        {
            throw new InputException(problem);
        }

        // As in a training with the same options: on the images that it would train on.
        var passedOver = new PassedOver();
        var (train, test) = ImageFolder.Split(ImageFolder.Read(settings.Folder!, passedOver), settings.TestFraction, settings.Seed);
        Report.Data(settings.Folder!, train, test);
        Report.PassedOver(passedOver);
        foreach (var (option, path) in (ReadOnlySpan<(string, string?)>)[("--plot", plot), ("--csv", csv)])
        {
            if (path is not null)
            {
                OutputFile.Check(option, path, settings.Force);
            }
        }

        var bounds = Find(settings, train, sweeps, interruption);
        if (plot is not null)
        {
            bounds.SavePlot(plot);
            Report.Saved(plot);
        }

        if (csv is not null)
        {
            bounds.SaveCsv(csv);
            Report.Saved(csv);
        }

        if (!bounds.IsUsable)
        {
            Report.Problem(LibraryWords.Of(bounds.Reason!));
        }
        else
        {
            var (lowest, highest) = (bounds.MinimumLearningRate, bounds.MaximumLearningRate);
            AnsiConsole.MarkupLineInterpolated(
                CultureInfo.InvariantCulture,
                $"L_min [bold]{lowest:G3}[/], L_max [bold]{highest:G3}[/], confidence {bounds.Confidence}");
        }

        return new(
            new
            {
                bounds.IsUsable,
                reason = bounds.Reason is { } reason ? LibraryWords.Of(reason) : null,
                minimumLearningRate = Figure(found => found.MinimumLearningRate),
                maximumLearningRate = Figure(found => found.MaximumLearningRate),
                turningLearningRate = Figure(found => found.TurningLearningRate),
                spread = Figure(found => found.Spread),
                bounds.Confidence,
                passedOver = passedOver.Counts,
            },
            bounds.IsUsable ? Answer.Done : Answer.BadInput,
            bounds.IsUsable ? Next.AfterBounds(settings, bounds.MinimumLearningRate, bounds.MaximumLearningRate) : null);

        // Without a usable range there are none, and asking for one is an error.
        double? Figure(Func<PlrsBounds, double> figure) => bounds.IsUsable ? figure(bounds) : null;
    }

    private static PlrsBounds Find(TrainSettings settings, ModelInput[] train, int sweeps, Interruption interruption)
    {
        var mlContext = LibraryWords.Tell(new MLContext(settings.Seed));

        // The bounds are those of PLRS itself, from which other schedules are made. The trainer's token ends the reading of the images,
        // too, and the range test's the sweeps.
        var plain = settings with { Schedule = NamedSchedule.Plrs };
        var trainerOptions = Trainer.Options(plain);
        trainerOptions.Stopping.Token = interruption.Token;
        var options = new PlrsRangeTestOptions { Seeds = sweeps, StopToken = interruption.Token };
        var data = mlContext.Data.LoadFromEnumerable(train);
        try
        {
            var bounds = AnsiConsole.Status().Start("sweeping", status =>
            {
                trainerOptions.Reporting.Observers = AnsiConsole.Profile.Capabilities.Interactive ? [new SweepStatus(status)] : [];
                var pipeline = Trainer.Pipeline(mlContext, trainerOptions, plain);
                return mlContext.MulticlassClassification.FindPlrsBounds(data, pipeline, options);
            });
            Tell(bounds.Curves);
            return bounds;
        }
        catch (Exception e) when (interruption.Explains(e))
        {
            throw new OperationCanceledException("Cancelled before the end of the range test; there are no bounds.", e);
        }
    }

    private static void Tell(IEnumerable<RangeTestCurve> sweeps)
    {
        foreach (var sweep in sweeps)
        {
            var result = sweep.Reason is { } reason ? LibraryWords.Of(reason) : string.Create(
                CultureInfo.InvariantCulture,
                $"the loss has turned up at the learning rate {sweep.TurningLearningRate:G2}, " +
                $"so that L_max is {sweep.MaximumLearningRate:G2}");
            AnsiConsole.MarkupLineInterpolated(
                CultureInfo.InvariantCulture, $"Seed {sweep.Seed}, {Counted.Of(sweep.Losses.Count, "step")}: {result}");
        }
    }

    /// <summary>Shows on a terminal how far the sweeps are.</summary>
    private sealed class SweepStatus(StatusContext status) : ITrainingObserver
    {
        public void OnStage(StageProgress progress)
        {
            if (progress is { Stage: TrainingStage.RangeTest, All: { } all })
            {
                status.Status = string.Create(CultureInfo.InvariantCulture, $"sweeping: {progress.Done} of at most {all} steps");
            }
        }
    }
}
