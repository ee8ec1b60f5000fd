using System.Globalization;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Torch;

namespace Plrs.MLNet.Benchmarks.Networks;

/// <summary>A table of the known networks, and their ONNX files.</summary>
internal static class NetworksBenchmark
{
    /// <summary>Prints the table.</summary>
    /// <param name="names">Which networks; all where there are none.</param>
    public static int Run(string[] names)
    {
        NativeAllocator.Tune();
        var folder = Directory.CreateTempSubdirectory("plrs-").FullName;
        var table = new MarkdownTable(
            "network", "image", "parameters", "published", "ONNX file differs by", "batch", "scored/s", "trained/s");
        try
        {
            foreach (var name in names.Length > 0 ? names : [.. Network.Known.Keys])
            {
                var row = Row(name, Network.Known[name], Path.Combine(folder, "network.onnx"));
                table.Add(row);
                Console.Error.WriteLine(string.Join(", ", row));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        table.Print();
        return 0;
    }

    /// <summary>Writes every known network as an ONNX file with its name into a folder.</summary>
    public static int Save(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, definition) in Network.Known)
        {
            using var network = new MeasuredNetwork(definition);
            network.SaveOnnx(Path.Combine(folder, $"{name}.onnx"));
        }

        return 0;
    }

    private static string[] Row(string name, NetworkDefinition definition, string path)
    {
        using var network = new MeasuredNetwork(definition);
        return
        [
            name,
            $"{definition.ImageSize}",
            Thousands(definition.CountParameters(network.ClassCount)),
            Thousands(PublishedParameters.ByName[name]),
            network.MeasureDifference(path).ToString("0.0E+0", CultureInfo.InvariantCulture),
            $"{network.BatchSize}",
            Significant(network.MeasureScoring()),
            Significant(network.MeasureTraining()),
        ];
    }

    private static string Thousands(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Significant(double imagesPerSecond) =>
        imagesPerSecond.ToString(imagesPerSecond < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
