using System.Globalization;
using Microsoft.ML;

namespace Plrs.MLNet.Benchmarks.Memory;

/// <summary>
/// The process's resident memory after each of 20 epochs of ResNet-20, batch 64, on up to 2,000 images, and how much of it
/// is .NET's own heap, which grows until its garbage collector finds a collection worth while.
/// </summary>
internal static class MemoryByEpoch
{
    private const int Epochs = 20;
    private const int SettledAfter = 2;
    private const int Images = 2000;

    public static void Run(string folder)
    {
        var mlContext = new MLContext(seed: 1);
        var resident = new List<double>();
        var managed = new List<double>();
        var options = new TorchImageClassificationTrainer.Options
        {
            FeatureColumnName = TrainingPipeline.ImageColumn,
            Arch = Network.ResNet20,
            Epoch = Epochs,
            BatchSize = 64,
            ValidationSetFraction = null,
            EarlyStoppingCriteria = null,
            Images = { Augmentation = ImageAugmentation.CropAndFlip },
            MetricsCallback = _ =>
            {
                resident.Add(Environment.WorkingSet / MemoryBenchmark.MiB);
                managed.Add(GC.GetTotalMemory(forceFullCollection: false) / MemoryBenchmark.MiB);
            },
        };
        var files = LabeledImage.SomeFromFolder(folder, Images);
        using var model = TrainingPipeline.Create(mlContext, options).UsePlrs(0.07, 0.1).Fit(mlContext.Data.LoadFromEnumerable(files));

        var table = new MarkdownTable("after epoch", "resident memory, MiB", "growth, MiB", ".NET heap, MiB", "difference, MiB");
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            table.Add(
                (epoch + 1).ToString(CultureInfo.InvariantCulture),
                Format(resident[epoch]),
                epoch == 0 ? "" : Format(resident[epoch] - resident[epoch - 1]),
                Format(managed[epoch]),
                Format(resident[epoch] - managed[epoch]));
        }

        table.Print();
        Console.WriteLine(
            $"Growth from epoch {SettledAfter} to epoch {Epochs}: " +
            $"{GrowthPerEpoch(resident)} MiB an epoch, of which .NET's heap {GrowthPerEpoch(managed)} MiB.");
    }

    private static string GrowthPerEpoch(List<double> values) =>
        ((values[^1] - values[SettledAfter - 1]) / (Epochs - SettledAfter)).ToString("F2", CultureInfo.InvariantCulture);

    private static string Format(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
