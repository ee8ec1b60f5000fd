using System.Diagnostics;
using Microsoft.ML;

namespace Plrs.MLNet.Benchmarks;

/// <summary>
/// A range test of some sweeps, as picture and table; with the trainer's default options, or as the accuracy benchmark trains.
/// </summary>
internal static class RangeTestBenchmark
{
    public static int Run(string folder, string path, int sweeps, bool isFromScratch)
    {
        var mlContext = new MLContext(seed: 1);
        mlContext.Log += (_, e) =>
        {
            if (e.Source.Contains("Range test", StringComparison.Ordinal))
            {
                Console.WriteLine($"  {e.RawMessage}");
            }
        };
        var options = new TorchImageClassificationTrainer.Options { FeatureColumnName = TrainingPipeline.ImageColumn };
        if (isFromScratch)
        {
            options.Arch = Network.ResNet20;
            options.BatchSize = 64;
            options.Images.Augmentation = ImageAugmentation.CropAndFlip;
        }

        var watch = Stopwatch.StartNew();
        var bounds = mlContext.MulticlassClassification.FindPlrsBounds(
            mlContext.Data.LoadFromEnumerable(LabeledImage.FromFolder(folder)),
            TrainingPipeline.Create(mlContext, options),
            new PlrsRangeTestOptions { Seeds = sweeps });
        bounds.SavePlot(path);
        bounds.SaveCsv(Path.ChangeExtension(path, ".csv"));
        Console.WriteLine(FormattableString.Invariant($"{path}: {bounds}; {watch.Elapsed.TotalSeconds:F0} s."));
        return bounds.IsUsable ? 0 : 1;
    }
}
