using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Plrs.MLNet;
using Plrs.MLNet.RangeTest;
using Spectre.Console;
using TrainOnFolder;

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
        var command = new Command("find-bounds", "Find L_min and L_max of PLRS for a folder of images by a range test: short sweeps over rising learning rates.") { folder };
        TrainingOptions.AddTo(command);
        command.Add(sweeps);
        command.Add(plot);
        command.Add(csv);
        command.Add(OptionForms.Force);
        return command.Answers(result =>
        {
            var settings = TrainingOptions.Read(result) with { Folder = result.GetRequiredValue(folder), Force = result.GetValue(OptionForms.Force) };
            return Run(settings, result.GetValue(sweeps), result.GetValue(plot), result.GetValue(csv));
        });
    }

    private static Answer Run(Settings settings, int sweeps, string? plot, string? csv)
    {
        using var interruption = new Interruption("Stopping after this image or step; there will be no bounds. Ctrl+C again ends at once.");
        if (TrainingOptions.Problem(settings) is { } problem)
        {
            throw new InputException(problem);
        }

        // As in a training with the same options: on the images that it would train on.
        var (train, test) = ImageFolder.Split(ImageFolder.Read(settings.Folder!), settings.TestFraction, settings.Seed);
        Report.Data(settings.Folder!, train, test);
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
            Report.Problem(bounds.Reason!);
        }
        else
        {
            AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"L_min [bold]{bounds.MinimumLearningRate:G3}[/], L_max [bold]{bounds.MaximumLearningRate:G3}[/], confidence {bounds.Confidence}");
        }

        return new(
            new
            {
                bounds.IsUsable,
                bounds.Reason,
                minimumLearningRate = Figure(found => found.MinimumLearningRate),
                maximumLearningRate = Figure(found => found.MaximumLearningRate),
                turningLearningRate = Figure(found => found.TurningLearningRate),
                spread = Figure(found => found.Spread),
                bounds.Confidence,
            },
            bounds.IsUsable ? Answer.Done : Answer.BadInput,
            bounds.IsUsable ? Next.AfterBounds(settings, bounds.MinimumLearningRate, bounds.MaximumLearningRate) : null);

        // Without a usable range there are none, and asking for one is an error.
        double? Figure(Func<PlrsBounds, double> figure) => bounds.IsUsable ? figure(bounds) : null;
    }

    private static PlrsBounds Find(Settings settings, ModelInput[] train, int sweeps, Interruption interruption)
    {
        var mlContext = new MLContext(settings.Seed);

        // The trainer's ends the reading of the images, too, and the range test's the sweeps.
        var trainerOptions = Trainer.Options(settings);
        trainerOptions.Stopping.Token = interruption.Token;
        var options = new PlrsRangeTestOptions { Seeds = sweeps, StopToken = interruption.Token };
        var pipeline = Trainer.Pipeline(mlContext, trainerOptions, settings);
        var data = mlContext.Data.LoadFromEnumerable(train);

        // Each sweep tells in the log how it ended.
        mlContext.Log += (_, e) =>
        {
            if (e.RawMessage.StartsWith("Seed ", StringComparison.Ordinal))
            {
                AnsiConsole.MarkupLineInterpolated($"{e.RawMessage}");
            }
        };
        try
        {
            return AnsiConsole.Status().Start("sweeping", _ => mlContext.MulticlassClassification.FindPlrsBounds(data, pipeline, options));
        }
        catch (Exception e) when (interruption.Explains(e))
        {
            throw new OperationCanceledException("Cancelled before the end of the range test; there are no bounds.", e);
        }
    }
}
