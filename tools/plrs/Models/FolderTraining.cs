using Microsoft.ML;
using Plrs.MLNet;
using Plrs.MLNet.Images;
using Spectre.Console;
using TrainOnFolder;

namespace PlrsTool.Models;

/// <summary>Trains on a folder, saves the model, and tests it on what is held out; Ctrl+C keeps the model so far, and a checkpoint to go on from.</summary>
internal static class FolderTraining
{
    /// <param name="settings">The training; its folder is there, and its output is the file of the model.</param>
    /// <param name="workspace">The folder for checkpoints; <see langword="null"/> for one beside the model, from which those of this training are removed when it comes to its end.</param>
    /// <param name="findsBounds">Whether a range test finds PLRS's bounds first.</param>
    public static Answer Run(Settings settings, string? workspace, bool findsBounds)
    {
        var folder = workspace ?? Path.ChangeExtension(settings.Output, ".checkpoints");
        using var training = new StoppableTraining(folder);
        var images = ImageFolder.Read(settings.Folder!);
        var (train, test) = ImageFolder.Split(images, settings.TestFraction, settings.Seed);
        Report.Data(settings.Folder!, train, test);
        OutputFile.Check("--output", settings.Output, settings.Force || StoppedModel.IsOf(settings, train, settings.Output));

        var mlContext = new MLContext(settings.Seed);
        var (trainData, testData) = (mlContext.Data.LoadFromEnumerable(train), mlContext.Data.LoadFromEnumerable(test));
        var skipped = 0;
        var options = Trainer.Options(settings);
        Trainer.TellOfHeldOut(options, mlContext, trainData, testData, settings);
        Report.Validation(settings);
        options.Reporting.Observers = [new SkippedImages(image =>
        {
            skipped += image.DatasetUsed == ImageClassificationDataset.Train ? 1 : 0;
            Report.Skipped(image, train, test);
        })];
        training.Configure(options);

        IEstimator<ITransformer> pipeline = Trainer.Pipeline(mlContext, options, settings);
        pipeline = findsBounds ? pipeline.UsePlrs() : pipeline;
        var model = training.Fit(pipeline, trainData);
        using var disposed = model as IDisposable;

        // Before the test, in which something may go wrong.
        mlContext.Model.Save(model, trainData.Schema, settings.Output);
        Report.Saved(settings.Output);
        AnsiConsole.WriteLine();
        training.TellHowToGoOn();

        var predictions = mlContext.Data.FilterRowsByMissingValues(model.Transform(testData), "Score");
        var metrics = mlContext.MulticlassClassification.Evaluate(predictions);
        var classes = ModelOutput.ClassNames(predictions.Schema);
        Report.Metrics(metrics, classes);
        if (workspace is null)
        {
            training.RemoveCheckpoints();
        }

        return new(
            new
            {
                model = Path.GetFullPath(settings.Output),
                stopped = training.IsStopped,
                checkpoints = training.HasCheckpoints && (training.IsStopped || workspace is not null) ? Path.GetFullPath(folder) : null,
                trainImages = train.Length - skipped,
                skippedImages = skipped,
                test = TestFigures.Of(metrics, classes, test.Length),
                record = model.GetTrainingRecord(),
            },
            training.IsStopped ? Answer.Cancelled : Answer.Done);
    }
}
