using System.Globalization;
using Microsoft.ML;
using Plrs.MLNet.ImageClassification;

namespace Plrs.MLNet.Benchmarks;

/// <summary>
/// The process's resident memory after each of 20 epochs of ResNet-20, batch 64, on up to 2,000 images, and how much of it
/// is .NET's own heap, which grows until its garbage collector finds a collection worth while.
/// </summary>
internal static class MemoryBenchmark
{
    private const int Epochs = 20;
    private const int Images = 2000;
    private const double MiB = 1 << 20;

    public static int Run(string folder)
    {
        var mlContext = new MLContext(seed: 1);
        var resident = new List<double>();
        var managed = new List<double>();
        var options = new TorchImageClassificationTrainer.Options
        {
            FeatureColumnName = TrainingPipeline.ImageColumn,
            Epoch = Epochs,
            BatchSize = 64,
            ValidationSetFraction = null,
            EarlyStoppingCriteria = null,
            Augmentation = ImageAugmentation.CropAndFlip,
            MetricsCallback = _ =>
            {
                resident.Add(Environment.WorkingSet / MiB);
                managed.Add(GC.GetTotalMemory(forceFullCollection: false) / MiB);
            },
        };
        var files = LabeledImage.SomeFromFolder(folder, Images);
        using var model = TrainingPipeline.Create(mlContext, options).UsePlrs(0.07, 0.1).Fit(mlContext.Data.LoadFromEnumerable(files));

        var table = new MarkdownTable("after epoch", "resident memory, MiB", ".NET heap, MiB", "difference, MiB");
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            table.Add(
                (epoch + 1).ToString(CultureInfo.InvariantCulture),
                resident[epoch].ToString("F1", CultureInfo.InvariantCulture),
                managed[epoch].ToString("F1", CultureInfo.InvariantCulture),
                (resident[epoch] - managed[epoch]).ToString("F1", CultureInfo.InvariantCulture));
        }

        table.Print();
        Console.WriteLine(FormattableString.Invariant(
            $"Growth from epoch 2 to epoch {Epochs}: {resident[^1] - resident[1]:F1} MiB, of which .NET's heap {managed[^1] - managed[1]:F1} MiB."));
        return 0;
    }
}
