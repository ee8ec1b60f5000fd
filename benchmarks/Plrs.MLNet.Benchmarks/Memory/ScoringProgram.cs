using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.Benchmarks.Scoring;

namespace Plrs.MLNet.Benchmarks.Memory;

/// <summary>What a program that only scores takes, on the disk and in memory: examples/PredictImages, published for this machine.</summary>
internal static class ScoringProgram
{
    private const string Project = "examples/PredictImages";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(2);

    /// <summary>Publishes it, scores images with it, and prints the table.</summary>
    public static int Run(ImageFolder images)
    {
        if (!Directory.Exists(Project))
        {
            Console.Error.WriteLine($"There is no folder {Project} here: run this command in the repository's root.");
            return 1;
        }

        var folder = Directory.CreateTempSubdirectory("Plrs.MLNet.Benchmarks-").FullName;
        try
        {
            var published = Path.Combine(folder, "published");
            ChildProcess.Output(
                new ProcessStartInfo(
                    "dotnet",
                    [
                        "publish", Project, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false", "-o",
                        published,
                    ]));
            var model = Path.Combine(folder, "model.zip");
            var mlContext = new MLContext(seed: 1);
            var rows = LabeledImage.SomeFromFolder(images.Path, 2000);
            var trained = ScoredModel.Train(mlContext, images);
            var names = mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(
                trained.Transform(mlContext.Data.LoadFromEnumerable(rows)));
            mlContext.Model.Save(trained.Append(names), null, model);

            var files = rows.ConvertAll(file => file.ImagePath);
            var table = new MarkdownTable("a published program that only scores", "MiB");
            table.Add("all its files", MiB(SizeOf(published)));
            table.Add("of them ONNX Runtime's native library", MiB(SizeOf(published, "*onnxruntime.*")));
            table.Add("the most resident memory, one image scored", MiB(PeakOf(published, [model, files[0]])));
            table.Add(
                FormattableString.Invariant($"the most resident memory, {files.Count} images scored"),
                MiB(PeakOf(published, [model, .. files])));
            table.Print();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double SizeOf(string folder, string pattern = "*") =>
        Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

    // What a process took at the most can be asked while it runs, so it is asked until it ends.
    private static double PeakOf(string published, IEnumerable<string> arguments)
    {
        var name = OperatingSystem.IsWindows() ? "PredictImages.exe" : "PredictImages";
        using var process =
            Process.Start(new ProcessStartInfo(Path.Combine(published, name), arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(BetweenLooks))
        {
            process.Refresh();
            peak = Math.Max(peak, process.HasExited ? 0 : process.PeakWorkingSet64);
        }

        _ = output.Result;
        return process.ExitCode == 0 ? peak : throw new InvalidOperationException($"{name} failed.");
    }

    private static string MiB(double bytes) => FormattableString.Invariant($"{bytes / MemoryBenchmark.MiB:F1}");
}
