using Microsoft.ML;
using Plrs.MLNet;
using Plrs.MLNet.Checkpoints;
using Spectre.Console;
using TrainOnFolder;

namespace PlrsTool.Models;

/// <summary>Trains on a folder, saves the model, and tests it on what is held out; Ctrl+C keeps the model so far, and a checkpoint to go on from.</summary>
internal static class FolderTraining
{
    private const string AtOnce = "Ctrl+C again ends at once, without it.";

    // The head's steps, which come first, are not told of, and a checkpoint may have steps.
    private const string BeforeSteps = $"Stopping as soon as possible. If a step was made, the model so far is kept; before that there is none. {AtOnce}";
    private const string InSteps = $"Stopping after this step; the model so far is kept. {AtOnce}";
    private const string AfterSteps = "The training has ended already; its model is saved, then tested. Ctrl+C again ends at once.";

    private static readonly TimeSpan BetweenCheckpoints = TimeSpan.FromMinutes(5);

    /// <param name="settings">The training; its folder is there, and its output is the file of the model.</param>
    /// <param name="workspace">The folder for checkpoints; <see langword="null"/> for one beside the model, from which those of this training are removed when it comes to its end.</param>
    /// <param name="findsBounds">Whether a range test finds PLRS's bounds first.</param>
    public static Answer Run(Settings settings, string? workspace, bool findsBounds)
    {
        using var interruption = new Interruption(BeforeSteps);
        var images = ImageFolder.Read(settings.Folder!);
        var (train, test) = ImageFolder.Split(images, settings.TestFraction, settings.Seed);
        Report.Data(settings.Folder!, train, test);
        OutputFile.Check("--output", settings.Output, settings.Force || StoppedModel.IsOf(settings, train, settings.Output));
        var folder = workspace ?? Path.ChangeExtension(settings.Output, ".checkpoints");

        var mlContext = new MLContext(settings.Seed);
        var checkpoints = new RunCheckpoints(mlContext, folder);
        var view = new TrainingView(settings.AllEpochs);
        mlContext.Log += view.ShowStage;
        var skipped = 0;
        var options = Trainer.Options(settings);
        options.StepCallback = metrics =>
        {
            interruption.Note = InSteps;
            view.ShowStep(metrics);
        };
        options.MetricsCallback = view.ShowEpoch;
        options.SkippedImageCallback = image =>
        {
            skipped++;
            Report.Skipped(train[(int)image.Row].ImagePath, image.Reason);
        };
        options.StopToken = interruption.Token;
        options.WorkspacePath = folder;
        options.CheckpointInterval = BetweenCheckpoints;
        options.CheckpointsKept = 1;
        options.ResumeFrom = CheckpointSource.Newest;

        IEstimator<ITransformer> pipeline = Trainer.Pipeline(mlContext, options, settings);
        pipeline = findsBounds ? pipeline.UsePlrs() : pipeline;
        var trainData = mlContext.Data.LoadFromEnumerable(train);
        var model = Fit(() => view.Run(() => pipeline.Fit(trainData)), interruption);
        using var disposed = model as IDisposable;

        interruption.Note = AfterSteps;

        // Before the test, in which something may go wrong.
        mlContext.Model.Save(model, trainData.Schema, settings.Output);
        Report.Saved(settings.Output);
        AnsiConsole.WriteLine();
        var record = model.GetTrainingRecord();

        // Whether Ctrl+C was pressed does not tell it: that may have been after the last step.
        var stopped = record?.EndedBecause.Contains(nameof(options.StopToken), StringComparison.Ordinal) == true;
        if (stopped)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]Stopped before the end: the same command {(checkpoints.Exist ? $"goes on from the checkpoint in {folder}" : "trains the head anew, and goes on")}[/]");
        }

        var predictions = mlContext.Data.FilterRowsByMissingValues(model.Transform(mlContext.Data.LoadFromEnumerable(test)), "Score");
        var metrics = mlContext.MulticlassClassification.Evaluate(predictions);
        var classes = ModelOutput.ClassNames(predictions.Schema);
        Report.Metrics(metrics, classes);
        if (!stopped && workspace is null)
        {
            checkpoints.Remove();
        }

        return new(
            new
            {
                model = Path.GetFullPath(settings.Output),
                stopped,
                checkpoints = checkpoints.Exist && (stopped || workspace is not null) ? Path.GetFullPath(folder) : null,
                trainImages = train.Length - skipped,
                skippedImages = skipped,
                test = TestFigures.Of(metrics, classes, test.Length),
                record,
            },
            stopped ? Answer.Cancelled : Answer.Done);
    }

    private static ITransformer Fit(Func<ITransformer> fit, Interruption interruption)
    {
        try
        {
            return fit();
        }
        catch (Exception e) when (interruption.Explains(e))
        {
            throw new OperationCanceledException("Cancelled before the first step, so that there is no model to keep.", e);
        }
    }
}
