using Flowers;
using Microsoft.ML;
using Plrs.MLNet;

return Told(() => args switch
{
    ["predict", .. { Length: > 0 } images] => Predict(images),
    [var folder] when folder != "predict" => TrainAndTest(folder),
    _ => Usage(),
});

static int Usage()
{
    Console.Error.WriteLine("Usage: FlowerClassifier <folder with a subfolder of images per class>");
    Console.Error.WriteLine("       FlowerClassifier predict <image> ...");
    return 2;
}

// Trains on four fifths of each class, tests on the last one, and saves the model.
static int TrainAndTest(string folder)
{
    var mlContext = new MLContext(seed: 1);
    var split = mlContext.Data.StratifiedTrainTestSplit(
        FlowerClassifier.LoadImageFromFolder(mlContext, folder), "Label", testFraction: 0.2, seed: 1);
    var model = FlowerClassifier.RetrainModel(mlContext, split.TrainSet);
    var metrics = FlowerClassifier.Evaluate(mlContext, model, split.TestSet);
    FlowerClassifier.PrintMetrics(metrics, FlowerClassifier.GetLabels(model.GetOutputSchema(split.TestSet.Schema)), Console.Out);
    FlowerClassifier.SaveModel(mlContext, model, split.TrainSet, FlowerClassifier.MLNetModelPath);
    Console.WriteLine($"\nSaved {FlowerClassifier.MLNetModelPath}");
    return 0;
}

// Answers for every image that is one, whatever the others are.
static int Predict(string[] images)
{
    if (!File.Exists(FlowerClassifier.MLNetModelPath))
    {
        return Fail($"There is no model '{FlowerClassifier.MLNetModelPath}'. Train one first, with a folder of images.");
    }

    _ = FlowerClassifier.PredictEngine.Value;
    return images.Max(image => Told(() => PredictOne(image)));
}

static int PredictOne(string image)
{
    if (!File.Exists(image))
    {
        return Fail($"There is no file '{image}'.");
    }

    var result = FlowerClassifier.Predict(new() { ImageSource = File.ReadAllBytes(image) });
    if (float.IsNaN(result.Score[0]))
    {
        return Fail($"The file '{image}' is not an image that can be read (JPEG, PNG, WebP, GIF or BMP).");
    }

    Console.WriteLine($"\n{image}\n{"Class",-20}{"Score",10}");
    foreach (var (label, score) in FlowerClassifier.GetSortedScoresWithLabels(result))
    {
        Console.WriteLine(FormattableString.Invariant($"{label,-20}{score,10:P1}"));
    }

    return 0;
}

// What the user can mend is told in one line. Anything else is a fault of the program.
static int Told(Func<int> act)
{
    try
    {
        return act();
    }
    catch (Exception e) when (e is IOException
        or UnauthorizedAccessException or InvalidDataException or InvalidOperationException or ArgumentException or FormatException)
    {
        return Fail(e.GetBaseException().Message);
    }
}

static int Fail(string message)
{
    Console.Error.WriteLine(message.ReplaceLineEndings(" "));
    return 1;
}
