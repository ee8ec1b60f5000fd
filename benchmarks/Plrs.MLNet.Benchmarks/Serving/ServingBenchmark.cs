using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Benchmarks.Comparisons;

namespace Plrs.MLNet.Benchmarks.Serving;

/// <summary>
/// Requests per second of the web API, beside what <c>Transform</c> scores of the same files, and its memory over thousands of requests.
/// </summary>
internal static class ServingBenchmark
{
    private const double MiB = 1 << 20;
    private const int Requests = 200;
    private const int ManyRequests = 5000;
    private const int MostAtOnce = 32;
    private const int HostileEvery = 5;

    /// <summary>Publishes the web API, starts it with the model, and prints the tables.</summary>
    public static async Task<int> RunAsync(ImageFolder images, string model)
    {
        if (!Directory.Exists(WebApiProcess.Project))
        {
            Console.Error.WriteLine($"There is no folder {WebApiProcess.Project} here: run this command in the repository's root.");
            return 1;
        }

        var (transform, photos) = Transform(images, model);
        var folder = Directory.CreateTempSubdirectory("Plrs.MLNet.Benchmarks-").FullName;
        try
        {
            WebApiProcess.Publish(folder);
            PrintSize(folder);
            string[] unlimited = ["--Limits:ImagesPerMinute", $"{int.MaxValue}"];
            using var server = new WebApiProcess(folder, Path.GetFullPath(model), unlimited);
            await Load.RunAsync(server.Client, photos, Requests, MostAtOnce);
            await PrintSpeedAsync(server, photos, transform);
            await PrintMemoryAsync(server, photos);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (Func<double> Measure, SentFile[] Photos) Transform(ImageFolder images, string path)
    {
        var mlContext = new MLContext();
        var model = mlContext.Model.Load(path, out _).ForImagesInMemory();
        var columns = SchemaDefinition.Create(typeof(EncodedImage));
        columns[nameof(EncodedImage.Image)].ColumnName = ((IEnumerable<ITransformer>)model).OfType<TorchImageClassificationTransformer>()
            .Single().FeatureColumnName;
        var files = EncodedImage.FromFolder(images);
        var scored = model.Transform(mlContext.Data.LoadFromEnumerable(files, columns));
        var photos = files.Zip(scored.GetColumn<float[]>("Score"), (file, scores) => new SentFile(file.Image, 200, scores.Max())).ToArray();
        return (() => ColumnReader.Measure<float>(scored, "Score", files.Count), photos);
    }

    private static async Task PrintSpeedAsync(WebApiProcess server, SentFile[] photos, Func<double> transform)
    {
        var table = new MarkdownTable(
            FormattableString.Invariant($"{Requests} requests"), "requests/s", "`Transform`, images/s", "ratio", "median",
            "99th percentile", "wrong answers");
        foreach (var atOnce in new[] { 1, 8, MostAtOnce })
        {
            await AddAsync($"{atOnce} at a time", photos, atOnce);
        }

        // Every fifth file is one that wants to do harm.
        SentFile[] hostile =
        [
            new(Encoding.UTF8.GetBytes("This is no image."), 415, 0),
            new(photos[0].Content[..(photos[0].Content.Length / 2)], 422, 0),
            new([.. Bomb(), .. new byte[1000]], 413, 0),
        ];
        var mixed = photos.SelectMany(
            (photo, i) => i % HostileEvery == 0 ? [hostile[i / HostileEvery % hostile.Length], photo] : new[] { photo }).ToArray();
        await AddAsync($"{MostAtOnce} at a time, hostile files between them", mixed, MostAtOnce);
        table.Print();

        // The machine may be slower for a while, so `Transform` has its turn before each load.
        async Task AddAsync(string name, SentFile[] files, int atOnce)
        {
            var transformed = transform();
            var load = await Load.RunAsync(server.Client, files, Requests, atOnce);
            table.Add(
                name,
                FormattableString.Invariant($"{load.PerSecond:F1}"),
                FormattableString.Invariant($"{transformed:F1}"),
                FormattableString.Invariant($"{load.PerSecond / transformed:F2}"),
                FormattableString.Invariant($"{load.Median.TotalMilliseconds:F0} ms"),
                FormattableString.Invariant($"{load.Slow.TotalMilliseconds:F0} ms"),
                FormattableString.Invariant($"{load.Wrong}"));
        }
    }

    private static async Task PrintMemoryAsync(WebApiProcess server, SentFile[] photos)
    {
        var table = new MarkdownTable($"requests, {MostAtOnce} at a time", "resident memory", "wrong answers");
        for (var sent = 0; sent < ManyRequests; sent += ManyRequests / 10)
        {
            var load = await Load.RunAsync(server.Client, photos, ManyRequests / 10, MostAtOnce);
            table.Add(
                FormattableString.Invariant($"{sent + (ManyRequests / 10)}"),
                FormattableString.Invariant($"{server.ResidentBytes / MiB:F0} MiB"),
                FormattableString.Invariant($"{load.Wrong}"));
        }

        Console.WriteLine();
        table.Print();
    }

    private static void PrintSize(string folder)
    {
        Console.WriteLine(
            FormattableString.Invariant(
                $"Published: {Size("*") / MiB:F1} MiB, of them {Size("*onnxruntime.*") / MiB:F1} MiB ONNX Runtime's native library."));
        Console.WriteLine();

        double Size(string pattern) =>
            Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
    }

    // The header of a bitmap of 40,000 × 40,000 pixels.
    private static byte[] Bomb()
    {
        var header = new byte[54];
        "BM"u8.CopyTo(header);
        BitConverter.TryWriteBytes(header.AsSpan(10), 54);
        BitConverter.TryWriteBytes(header.AsSpan(14), 40);
        BitConverter.TryWriteBytes(header.AsSpan(18), 40_000);
        BitConverter.TryWriteBytes(header.AsSpan(22), 40_000);
        BitConverter.TryWriteBytes(header.AsSpan(26), (short)1);
        BitConverter.TryWriteBytes(header.AsSpan(28), (short)24);
        return header;
    }
}
