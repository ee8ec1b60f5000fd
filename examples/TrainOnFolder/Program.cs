using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Plrs.MLNet;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Plots;
using Plrs.MLNet.Experiments.Reports;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Experiments.Training;
using TrainOnFolder;
using static Microsoft.ML.Transforms.ValueToKeyMappingEstimator;

Report.FitWidth();
return CommandLineProgram.Run(CommandLine.Create(Run), args);

static int Run(TrainSettings settings)
{
    try
    {
        return TrainAndTest(settings) ? 0 : 130;
    }
    catch (OperationCanceledException e)
    {
        Report.Problem(e.Message);
        return 130;
    }
    catch (Exception e) when ((e is FolderException ? e.Message : ToldErrors.Words(e)) is { } words)
    {
        Report.Problem(words);
        return 1;
    }
}

// Whether the training came to its end, and was not stopped before.
static bool TrainAndTest(TrainSettings settings)
{
    // 1. The data: a class is a subfolder, a row is the path of an image and its class.
    var folder = settings.Folder ?? ShapesFolder.Draw(Path.Combine(settings.Output, "shapes"));
    var passedOver = new PassedOver();
    var images = ImageFolder.Read(folder, passedOver);
    var (train, test) = ImageFolder.Split(images, settings.TestFraction, settings.Seed);
    Report.Data(folder, train, test);
    Report.PassedOver(passedOver);

    var mlContext = LibraryWords.Tell(new MLContext(settings.Seed));
    var trainData = mlContext.Data.LoadFromEnumerable(train);
    var testData = mlContext.Data.LoadFromEnumerable(test);

    if (settings.Folds > 1)
    {
        CrossValidation.Run(mlContext, images, settings, options => Pipeline(mlContext, options, settings));
        return true;
    }

    var (modelPath, plotPath) = (Path.Combine(settings.Output, "model.zip"), Path.Combine(settings.Output, "training.png"));
    var replaces = settings.Force || StoppedModel.IsOf(settings, train, modelPath);
    OutputFile.Check("The model of --output", modelPath, replaces);
    OutputFile.Check("The picture of --output", plotPath, replaces);

    // 2. The trainer's options. Ctrl+C ends the training after its current step, with the model so far.
    using var training = new StoppableTraining(Path.ChangeExtension(modelPath, ".checkpoints"));
    var history = new TrainingHistory();
    var options = Trainer.Options(settings);
    Trainer.TellOfHeldOut(options, mlContext, trainData, testData, settings);
    Report.Validation(settings);
    options.Reporting.Observers = [history, new SkippedImages(image => Report.Skipped(image, train, test))];
    training.Configure(options);

    // 3. The pipeline, with PLRS: see below.
    var pipeline = Pipeline(mlContext, options, settings);

    // 4. Train, with lines about the progress: the same command goes on where an earlier one was stopped.
    using var model = training.Fit(pipeline, trainData);

    // 5. Save the model, before anything else can go wrong. A full disk leaves the model that was there before.
    ResultFile.Write(modelPath, mlContext, model, trainData.Schema);
    Report.Saved(modelPath);
    training.TellHowToGoOn();

    // 6. Test on the images held out. An image that cannot be read has no score.
    var predictions = mlContext.Data.FilterRowsByMissingValues(model.Transform(testData), "Score");
    var metrics = mlContext.MulticlassClassification.Evaluate(predictions);
    Report.Metrics(metrics, ModelOutput.ClassNames(predictions.Schema), test.Length);

    // 7. Load the model as another program would.
    var loaded = mlContext.Model.Load(modelPath, out _);
    using var engine = mlContext.Model.CreatePredictionEngine<ModelInput, ModelOutput>(loaded);
    Report.Predictions(ImageFolder.Few(test, settings.Seed), engine.Predict);

    // A training that was stopped in its head has no steps on images to draw, and one that goes on has those from there on.
    if (history.Steps.Count > 0)
    {
        TrainingPlot.Save(history, metrics.MicroAccuracy, plotPath);
        Report.Saved(plotPath);
    }

    training.RemoveCheckpoints();
    return !training.IsStopped;
}

// Label to key, file to bytes, the classifier, key to label. PLRS draws the learning rate of every step between two bounds.
static EstimatorChain<KeyToValueMappingTransformer> Pipeline(
    MLContext mlContext, TorchImageClassificationTrainer.Options options, TrainSettings settings)
{
    var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: KeyOrdinality.ByValue)
        .Append(mlContext.Transforms.LoadRawImageBytes("Image", imageFolder: null, "ImagePath"))
        .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(options))
        .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
    if (settings.Schedule == NamedSchedule.Plrs)
    {
        var (minimum, maximum) = settings.Bounds;
        return pipeline.UsePlrs(minimum, maximum);
    }

    // Without bounds, a range test finds them. The other schedules are there to be compared with PLRS.
    return settings.CreateSchedule() is { } schedule ? pipeline.UseSchedule(schedule) : pipeline.UsePlrs();
}
