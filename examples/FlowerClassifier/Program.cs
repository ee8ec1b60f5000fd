using Flowers;
using Microsoft.ML;
using Plrs.MLNet;

switch (args)
{
    case ["predict", .. { Length: > 0 } images]:
        return Predict(images);
    case [var folder] when Directory.Exists(folder):
        return TrainAndTest(folder);
    default:
        Console.Error.WriteLine("Usage: FlowerClassifier <folder with a subfolder of images a class>");
        Console.Error.WriteLine("       FlowerClassifier predict <image> ...");
        return 2;
}

// Trains on four fifths of each class, tests on the last one, and saves the model.
static int TrainAndTest(string folder)
{
    var mlContext = new MLContext(seed: 1);
    var split = mlContext.Data.StratifiedTrainTestSplit(FlowerClassifier.LoadImageFromFolder(mlContext, folder), "Label", testFraction: 0.2, seed: 1);
    var model = FlowerClassifier.RetrainModel(mlContext, split.TrainSet);
    var metrics = FlowerClassifier.Evaluate(mlContext, model, split.TestSet);
    FlowerClassifier.PrintMetrics(metrics, FlowerClassifier.GetLabels(model.GetOutputSchema(split.TestSet.Schema)), Console.Out);
    FlowerClassifier.SaveModel(mlContext, model, split.TrainSet, FlowerClassifier.ModelPath);
    Console.WriteLine($"\nSaved {FlowerClassifier.ModelPath}");
    return 0;
}

static int Predict(string[] images)
{
    foreach (var image in images)
    {
        Console.WriteLine($"\n{image}\n{"Class",-20}{"Score",10}");
        foreach (var (label, score) in FlowerClassifier.PredictAllLabels(new() { ImageSource = File.ReadAllBytes(image) }))
        {
            Console.WriteLine(FormattableString.Invariant($"{label,-20}{score,10:P1}"));
        }
    }

    return 0;
}
