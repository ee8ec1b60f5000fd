using System.Globalization;
using Microsoft.ML;

namespace Plrs.MLNet.Benchmarks;

/// <summary>
/// Test accuracy of ResNet-20 after each of 10 epochs, none of which is picked: batch 64, random crop and flip, plain SGD with U[0.07,
/// 0.1], all else at the trainer's defaults but no early stopping. It trains three times with one seed: twice with averaged weights, of
/// which all figures must be the same to the last digit, and once without.
/// </summary>
internal static class AccuracyBenchmark
{
    public static int Run(string trainFolder, string testFolder, TrainingPrecision precision)
    {
        var averaged = Train(trainFolder, testFolder, precision, averaging: null);
        var again = Train(trainFolder, testFolder, precision, averaging: null);
        var last = Train(trainFolder, testFolder, precision, WeightAveraging.None);

        var table = new MarkdownTable("test accuracy after epoch", "averaged weights", "last weights");
        for (var epoch = 0; epoch < averaged.ByEpoch.Count; epoch++)
        {
            table.Add($"{epoch}", Text(averaged.ByEpoch[epoch]), Text(last.ByEpoch[epoch]));
        }

        table.Add("the model, scored", Text(averaged.Model), Text(last.Model));
        table.Print();
        var equal = averaged.Model.Equals(again.Model) && averaged.ByEpoch.SequenceEqual(again.ByEpoch);
        Console.WriteLine(equal ? "The runs with averaged weights are equal." : "The runs with averaged weights DIFFER.");
        return equal ? 0 : 1;
    }

    private static (List<float> ByEpoch, double Model) Train(
        string trainFolder, string testFolder, TrainingPrecision precision, WeightAveraging? averaging)
    {
        var mlContext = new MLContext(seed: 1);
        var train = mlContext.Data.LoadFromEnumerable(LabeledImage.FromFolder(trainFolder));
        var test = mlContext.Data.LoadFromEnumerable(LabeledImage.FromFolder(testFolder));
        var byEpoch = new List<float>();
        var options = new TorchImageClassificationTrainer.Options
        {
            FeatureColumnName = TrainingPipeline.ImageColumn,
            Arch = Network.ResNet20,
            Epoch = 10,
            BatchSize = 64,
            Images = { Augmentation = ImageAugmentation.CropAndFlip },
            Steps = { Precision = precision },
            WeightAveraging = averaging,
            ValidationSet = TrainingPipeline.Preprocessing(mlContext).Fit(train).Transform(test),
            EarlyStoppingCriteria = null,
            TestOnTrainSet = false,
            MetricsCallback = metrics =>
            {
                byEpoch.Add(metrics.Accuracy);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {metrics}"));
            },
        };
        var pipeline = TrainingPipeline.Create(mlContext, options).UsePlrs(0.07, 0.1);
        using var model = pipeline.Fit(train);
        var accuracy = mlContext.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
        Console.WriteLine(
            FormattableString.Invariant($"averaging {averaging?.ToString() ?? "by default"}: the model's test accuracy {accuracy:R}"));
        return (byEpoch, accuracy);
    }

    private static string Text(double accuracy) => accuracy.ToString("F4", CultureInfo.InvariantCulture);
}
