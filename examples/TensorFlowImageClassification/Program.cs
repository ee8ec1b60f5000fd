using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Vision;
using Plrs.MLNet;

// ML.NET's own TensorFlow-backed image classification with PLRS: one more line in the pipeline.
if (args is not [var folder] || !Directory.Exists(folder))
{
    Console.Error.WriteLine(
        "usage: dotnet run -c Release --project examples/TensorFlowImageClassification " +
        "-- <folder with a subfolder of images for each class>");
    return 1;
}

var mlContext = new MLContext(seed: 1);
string[] imageTypes = [".jpg", ".jpeg", ".png"];
var images = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
    .Where(path => imageTypes.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
    .Order(StringComparer.Ordinal)
    .Select(path =>
        new LabelledImage { ImagePath = Path.GetRelativePath(folder, path), Label = Path.GetFileName(Path.GetDirectoryName(path))! })
    .ToList();
var split = mlContext.Data.TrainTestSplit(mlContext.Data.ShuffleRows(mlContext.Data.LoadFromEnumerable(images)), testFraction: 0.2);

var trainer = mlContext.MulticlassClassification.Trainers.ImageClassification(new ImageClassificationTrainer.Options
{
    FeatureColumnName = "Image",
    Arch = ImageClassificationTrainer.Architecture.ResnetV250,
    Epoch = 50,
    BatchSize = 10,
    MetricsCallback = Report,
});

var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.Transforms.LoadRawImageBytes("Image", folder, nameof(LabelledImage.ImagePath)))
    .Append(trainer)
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
    .UsePlrs(0.005, 0.02);

Console.WriteLine($"{images.Count} images. Training; the first time, ML.NET downloads the pretrained network.");
using var model = pipeline.Fit(split.TrainSet);

var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
Console.WriteLine(
    string.Create(CultureInfo.InvariantCulture, $"Held-out images: accuracy {metrics.MicroAccuracy:P1}, log-loss {metrics.LogLoss:F3}"));
Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());
return 0;

// The learning rate reported is that of the epoch's last batch; PLRS draws one for every batch.
static void Report(ImageClassificationTrainer.ImageClassificationMetrics metrics)
{
    if (metrics.Train is { DatasetUsed: ImageClassificationTrainer.ImageClassificationMetrics.Dataset.Train } train)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {train.Epoch,3}  accuracy {train.Accuracy:F3}  " +
            $"cross-entropy {train.CrossEntropy:F4}  last learning rate {train.LearningRate:F6}"));
    }
}

internal sealed class LabelledImage
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";
}
