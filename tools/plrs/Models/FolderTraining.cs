using Microsoft.ML;
using Plrs.MLNet;
using Plrs.MLNet.Checkpoints;
using Spectre.Console;
using TrainOnFolder;

namespace PlrsTool.Models;

/// <summary>Trains on a folder, tests on what is held out, and saves the model; Ctrl+C keeps the best model so far, and a checkpoint to go on from.</summary>
internal static class FolderTraining
{
    private static readonly TimeSpan BetweenCheckpoints = TimeSpan.FromMinutes(5);

    /// <param name="settings">The training; its folder is there, and its output is the file of the model.</param>
    /// <param name="workspace">The folder for checkpoints; <see langword="null"/> for one beside the model, which is removed when training comes to its end.</param>
    /// <param name="findsBounds">Whether a range test finds PLRS's bounds first.</param>
    public static Answer Run(Settings settings, string? workspace, bool findsBounds)
    {
        var images = ImageFolder.Read(settings.Folder!);
        var (train, test) = ImageFolder.Split(images, settings.TestFraction, settings.Seed);
        Report.Data(settings.Folder!, train, test);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(settings.Output))!);
        var checkpoints = workspace ?? Path.ChangeExtension(settings.Output, ".checkpoints");

        using var interruption = new Interruption("Stopping after this step; the best model so far is kept. Ctrl+C again ends at once, without.");
        var mlContext = new MLContext(settings.Seed);
        var view = new TrainingView(settings.AllEpochs);
        var skipped = 0;
        var options = Trainer.Options(settings);
        options.StepCallback = view.ShowStep;
        options.MetricsCallback = view.ShowEpoch;
        options.SkippedImageCallback = image =>
        {
            skipped++;
            Report.Skipped(train[(int)image.Row].ImagePath, image.Reason);
        };
        options.StopToken = interruption.Token;
        options.WorkspacePath = checkpoints;
        options.CheckpointInterval = BetweenCheckpoints;
        options.CheckpointsKept = 1;
        options.ResumeFrom = CheckpointSource.Newest;

        IEstimator<ITransformer> pipeline = Trainer.Pipeline(mlContext, options, settings);
        pipeline = findsBounds ? pipeline.UsePlrs() : pipeline;
        var trainData = mlContext.Data.LoadFromEnumerable(train);
        var model = Fit(() => view.Run(() => pipeline.Fit(trainData)), interruption);
        using var disposed = model as IDisposable;

        var predictions = mlContext.Data.FilterRowsByMissingValues(model.Transform(mlContext.Data.LoadFromEnumerable(test)), "Score");
        var metrics = mlContext.MulticlassClassification.Evaluate(predictions);
        var classes = ModelOutput.ClassNames(predictions.Schema);
        Report.Metrics(metrics, classes);
        mlContext.Model.Save(model, trainData.Schema, settings.Output);

        var stopped = interruption.WasAsked;
        if (stopped)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]Stopped before the end: the same command goes on from the checkpoint in {checkpoints}[/]");
        }
        else if (workspace is null && Directory.Exists(checkpoints))
        {
            Directory.Delete(checkpoints, recursive: true);
        }

        return new(
            new
            {
                model = Path.GetFullPath(settings.Output),
                stopped,
                checkpoints = stopped || workspace is not null ? Path.GetFullPath(checkpoints) : null,
                trainImages = train.Length - skipped,
                skippedImages = skipped,
                test = TestFigures.Of(metrics, classes, test.Length),
                record = model.GetTrainingRecord(),
            },
            stopped ? Answer.Cancelled : Answer.Done);
    }

    // Before the first step there is no model to keep, and the trainer says so.
    private static ITransformer Fit(Func<ITransformer> fit, Interruption interruption)
    {
        try
        {
            return fit();
        }
        catch (InvalidOperationException) when (interruption.WasAsked)
        {
            throw new OperationCanceledException("Cancelled before the first step; no model was saved.");
        }
    }
}
