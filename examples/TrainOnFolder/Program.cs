using Microsoft.ML;
using Plrs.MLNet;
using TrainOnFolder;

Report.FitWidth();
return CommandLineProgram.Run(CommandLine.Create(Run), args);

static int Run(Settings settings)
{
    try
    {
        TrainAndTest(settings);
        return 0;
    }
    catch (OperationCanceledException)
    {
        Report.Problem("Cancelled.");
        return 130;
    }
    catch (Exception e) when ((e is FolderException ? e.Message : ToldErrors.Words(e)) is { } words)
    {
        Report.Problem(words);
        return 1;
    }
}

static void TrainAndTest(Settings settings)
{
    // 1. The data: a class is a subfolder, a row is the path of an image and its class.
    var folder = settings.Folder ?? ShapesFolder.Draw(Path.Combine(settings.Output, "shapes"));
    var images = ImageFolder.Read(folder);
    var (train, test) = ImageFolder.Split(images, settings.TestFraction, settings.Seed);
    Report.Data(folder, train, test);

    var mlContext = new MLContext(settings.Seed);
    var trainData = mlContext.Data.LoadFromEnumerable(train);
    var testData = mlContext.Data.LoadFromEnumerable(test);

    if (settings.Folds > 1)
    {
        CrossValidation.Run(mlContext, images, settings);
        return;
    }

    var (modelPath, plotPath) = (Path.Combine(settings.Output, "model.zip"), Path.Combine(settings.Output, "training.png"));
    var replaces = settings.Force || StoppedModel.IsOf(settings, train, modelPath);
    OutputFile.Check("The model of --output", modelPath, replaces);
    OutputFile.Check("The picture of --output", plotPath, replaces);

    // 2. The trainer's options.
    var view = new TrainingView(settings.AllEpochs);
    var options = Trainer.Options(settings);
    mlContext.Log += view.ShowStage;
    options.StepCallback = view.ShowStep;
    options.MetricsCallback = view.ShowEpoch;
    options.SkippedImageCallback = image => Report.Skipped(train[(int)image.Row].ImagePath, image.Reason);

    // 3. The pipeline, with PLRS (or a schedule to compare it with).
    var pipeline = Trainer.Pipeline(mlContext, options, settings);

    // 4. Train. Ctrl+C ends the training after its current step, without a model.
    Console.CancelKeyPress += (_, e) =>
    {
        e.Cancel = true;
        mlContext.CancelExecution();
    };
    using var model = view.Run(() => pipeline.Fit(trainData));

    // 5. Save the model, before anything else can go wrong.
    mlContext.Model.Save(model, trainData.Schema, modelPath);

    // 6. Test on the images held out. An image that cannot be read has no score.
    var predictions = mlContext.Data.FilterRowsByMissingValues(model.Transform(testData), "Score");
    var metrics = mlContext.MulticlassClassification.Evaluate(predictions);
    Report.Metrics(metrics, ModelOutput.ClassNames(predictions.Schema));

    // 7. Load the model as another program would.
    var loaded = mlContext.Model.Load(modelPath, out _);
    using var engine = mlContext.Model.CreatePredictionEngine<ModelInput, ModelOutput>(loaded);
    Report.Predictions(ImageFolder.Few(test, settings.Seed), engine.Predict);

    TrainingPlot.Save(view.History, metrics.MicroAccuracy, plotPath);
    Report.Saved(modelPath, plotPath);
}
