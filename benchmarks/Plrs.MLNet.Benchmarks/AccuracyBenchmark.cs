using System.Globalization;
using Microsoft.ML;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Images;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Benchmarks;

/// <summary>
/// Test accuracy of ResNet-20 after 10 epochs: batch 64, random crop and flip, plain SGD with U[0.07, 0.1], all else at
/// the trainer's defaults (a tenth of the training images picks the best epoch). It trains twice with one seed: the two
/// figures must be the same to the last digit.
/// </summary>
internal static class AccuracyBenchmark
{
    private const int Runs = 2;

    public static int Run(string trainFolder, string testFolder, TrainingPrecision precision)
    {
        var accuracies = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            accuracies.Add(Train(trainFolder, testFolder, precision));
            Console.WriteLine(FormattableString.Invariant($"run {run + 1}: test accuracy {accuracies[^1]:R}"));
        }

        var equal = accuracies.Distinct().Count() == 1;
        Console.WriteLine(equal ? "The runs are equal." : "The runs DIFFER.");
        return equal ? 0 : 1;
    }

    private static double Train(string trainFolder, string testFolder, TrainingPrecision precision)
    {
        var mlContext = new MLContext(seed: 1);
        var options = new TorchImageClassificationTrainer.Options
        {
            FeatureColumnName = TrainingPipeline.ImageColumn,
            Epoch = 10,
            BatchSize = 64,
            Augmentation = ImageAugmentation.CropAndFlip,
            Precision = precision,
            MetricsCallback = metrics => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {metrics}")),
        };
        var pipeline = TrainingPipeline.Create(mlContext, options).UsePlrs(0.07, 0.1);
        using var model = pipeline.Fit(mlContext.Data.LoadFromEnumerable(LabeledImage.FromFolder(trainFolder)));
        var test = mlContext.Data.LoadFromEnumerable(LabeledImage.FromFolder(testFolder));
        return mlContext.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
    }
}
