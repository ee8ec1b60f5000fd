using Microsoft.ML;
using Plrs.MLNet;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Reports;
using Plrs.MLNet.Experiments.Training;
using Spectre.Console;

namespace PlrsTool.Models;

/// <summary>
/// Trains on a folder, saves the model, and tests it on what is held out; Ctrl+C keeps the model so far, and a checkpoint to go on from.
/// </summary>
internal static class FolderTraining
{
    /// <param name="settings">The training; its folder is there, and its output is the file of the model.</param>
    /// <param name="workspace">
    /// The folder for checkpoints; <see langword="null"/> for one beside the model, from which those of this training are removed when it
    /// comes to its end.
    /// </param>
    /// <param name="leavesRun">Whether pictures and figures of the run are left beside the model.</param>
    public static Answer Run(TrainSettings settings, string? workspace, bool leavesRun)
    {
        var folder = workspace ?? Path.ChangeExtension(settings.Output, ".checkpoints");
        using var training = new StoppableTraining(folder);
        var passedOver = new PassedOver();
        var images = ImageFolder.Read(settings.Folder!, passedOver);
        var (train, test) = ImageFolder.Split(images, settings.TestFraction, settings.Seed);
        Report.Data(settings.Folder!, train, test);
        Report.PassedOver(passedOver);
        var replaces = settings.Force || StoppedModel.IsOf(settings, train, settings.Output);
        OutputFile.Check("--output", settings.Output, replaces);
        var run = leavesRun ? new RunFolder(settings.Output) : null;
        run?.Check(replaces);

        var mlContext = LibraryWords.Tell(new MLContext(settings.Seed));
        var (trainData, testData) = (mlContext.Data.LoadFromEnumerable(train), mlContext.Data.LoadFromEnumerable(test));
        var (skipped, history) = (0, new TrainingHistory());
        var options = Trainer.Options(settings);
        Trainer.TellOfHeldOut(options, mlContext, trainData, testData, settings);
        Report.Validation(settings);
        var skippedImages = new SkippedImages(image =>
        {
            skipped += image.DatasetUsed == ImageClassificationDataset.Train ? 1 : 0;
            Report.Skipped(image, train, test);
        });
        options.Reporting.Observers = [history, skippedImages];
        training.Configure(options);

        using var model = training.Fit(Trainer.Pipeline(mlContext, options, settings), trainData);

        // Before the test, in which something may go wrong.
        ResultFile.Write(settings.Output, mlContext, model, trainData.Schema);
        Report.Saved(settings.Output);
        AnsiConsole.WriteLine();
        training.TellHowToGoOn();

        var predictions = mlContext.Data.FilterRowsByMissingValues(model.Transform(testData), "Score");
        var classes = ModelOutput.ClassNames(predictions.Schema);
        var metrics = mlContext.MulticlassClassification.Evaluate(
            predictions, topKPredictionCount: Math.Min(TestMetrics.MostOfTop, classes.Length));
        Report.Metrics(metrics, classes, test.Length);
        var tested = TestFigures.Of(metrics, classes, test.Length);
        if (run is not null)
        {
            Report.Saved([.. run.Write(history, metrics, classes, new(train.Length - skipped, skipped, tested.Images, tested.Skipped))]);
            AnsiConsole.WriteLine();
        }

        if (workspace is null)
        {
            training.RemoveCheckpoints();
        }

        return new(
            new
            {
                model = Path.GetFullPath(settings.Output),
                run = run is null ? null : Path.GetFullPath(run.Folder),
                stopped = training.IsStopped,
                checkpoints = training.HasCheckpoints && (training.IsStopped || workspace is not null) ? Path.GetFullPath(folder) : null,
                trainImages = train.Length - skipped,
                skippedImages = skipped,
                passedOver = passedOver.Counts,
                test = tested,
                record = model.GetTrainingRecord(),
            },
            training.IsStopped ? Answer.Cancelled : Answer.Done);
    }
}
