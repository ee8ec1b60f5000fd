using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;

namespace Plrs.MLNet.Benchmarks.Memory;

/// <summary>
/// The most resident memory that a training ever has, by the number of its images: ResNet-20, batch 4, a cache budget of 64 MiB, images of
/// 224×224 that are drawn for it. Each number of images has a process of its own. It ends some steps after loading: that is all that
/// depends on the number.
/// </summary>
internal static class MemoryBySize
{
    public const string RunCommand = "memory-run";
    private const int ImageSize = 224;
    private const int Steps = 75;

    // A small batch, so that the network's own memory does not hide that of the images.
    private const int BatchSize = 4;

    private const long CacheBudget = 64 << 20;

    private static readonly int[] Sizes = [1000, 10_000];

    /// <summary>Trains in this process and prints its resident memory in bytes: after loading, and at the most.</summary>
    public static int RunOne(string folder, int count)
    {
        var mlContext = new MLContext(seed: 1);
        using var stop = new CancellationTokenSource();
        var afterLoading = 0L;
        var options = new TorchImageClassificationTrainer.Options
        {
            FeatureColumnName = TrainingPipeline.ImageColumn,
            Arch = Network.ResNet20,
            Images = { Size = ImageSize, CacheBudget = CacheBudget },
            BatchSize = BatchSize,
            ValidationSetFraction = null,
            EarlyStoppingCriteria = null,
            Steps = { Device = TorchDevice.Cpu },
            Stopping = { Token = stop.Token },
            Reporting =
            {
                Observers =
                [
                    new Watching
                    {
                        Step = metrics =>
                        {
                        if (metrics.Step.Index == 0)
                        {
                            afterLoading = Environment.WorkingSet;
                        }
                        else if (metrics.Step.Index == Steps - 1)
                        {
                            stop.Cancel();
                        }
                    }
                    },
                ],
            },
        };
        var images = LabeledImage.SomeFromFolder(folder, count);
        using var model = TrainingPipeline.Create(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(images));

        using var process = Process.GetCurrentProcess();
        Console.WriteLine(FormattableString.Invariant($"{afterLoading} {process.PeakWorkingSet64}"));
        return 0;
    }

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("Plrs.MLNet.Benchmarks-").FullName;
        try
        {
            DrawnImages.Write(folder, Sizes.Max(), ImageSize);
            var table = new MarkdownTable(
                $"images of {ImageSize}×{ImageSize}", "after the first step, MiB", "peak, MiB", $"peak, ratio to {Sizes[0]} images");
            var peaks = new List<double>();
            foreach (var size in Sizes)
            {
                var count = size.ToString(CultureInfo.InvariantCulture);
                var output = ChildProcess.Output(ChildProcess.ThisProgram(RunCommand, folder, count)).Split(' ');
                var memory = output.Select(bytes => long.Parse(bytes, CultureInfo.InvariantCulture) / MemoryBenchmark.MiB).ToArray();
                peaks.Add(memory[1]);
                table.Add(
                    count,
                    FormattableString.Invariant($"{memory[0]:F0}"),
                    FormattableString.Invariant($"{memory[1]:F0}"),
                    FormattableString.Invariant($"{memory[1] / peaks[0]:F2}"));
            }

            table.Print();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
