using Microsoft.ML;
using Plrs.MLNet;
using TrainOnFolder;

Report.FitWidth();
return CommandLine.Create(Run).Parse(args).Invoke();

static int Run(Settings settings)
{
    try
    {
        TrainAndTest(settings);
        return 0;
    }
    catch (OperationCanceledException)
    {
        Report.Problem("Cancelled; no model was saved.");
        return 130;
    }
    catch (Exception e) when (e is FolderException or InvalidOperationException)
    {
        Report.Problem(e.Message);
        return 1;
    }
}

static void TrainAndTest(Settings settings)
{
    // 1. The data: a class is a subfolder, a row is the path of an image and its class.
    Directory.CreateDirectory(settings.Output);
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

    // 2. The trainer's options.
    var view = new TrainingView(settings.AllEpochs);
    var options = Trainer.Options(settings);
    options.StepCallback = view.ShowStep;
    options.MetricsCallback = view.ShowEpoch;
    options.SkippedImageCallback = image => Report.Skipped(train[(int)image.Row].ImagePath, image.Reason);

    // 3. The pipeline, with PLRS (or a schedule to compare it with).
    var pipeline = Trainer.Pipeline(mlContext, options, settings);

    // 4. Train. Ctrl+C ends the training after its current step.
    Console.CancelKeyPress += (_, e) =>
    {
        e.Cancel = true;
        mlContext.CancelExecution();
    };
    using var model = view.Run(() => pipeline.Fit(trainData));

    // 5. Test on the images held out. An image that cannot be read has no score.
    var predictions = mlContext.Data.FilterRowsByMissingValues(model.Transform(testData), "Score");
    var metrics = mlContext.MulticlassClassification.Evaluate(predictions);
    Report.Metrics(metrics, ModelOutput.ClassNames(predictions.Schema));

    // 6. Save the model, and load it as another program would.
    var modelPath = Path.Combine(settings.Output, "model.zip");
    mlContext.Model.Save(model, trainData.Schema, modelPath);
    var loaded = mlContext.Model.Load(modelPath, out _);
    using var engine = mlContext.Model.CreatePredictionEngine<ModelInput, ModelOutput>(loaded);
    Report.Predictions(ImageFolder.Few(test, settings.Seed), engine.Predict);

    var plotPath = Path.Combine(settings.Output, "training.png");
    TrainingPlot.Save(view.History, plotPath);
    Report.Saved(modelPath, plotPath);
}
