using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Data;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Plots;
using Plrs.MLNet.Experiments.Training;

namespace Plrs.MLNet.Experiments.Reports;

/// <summary>What a training leaves beside its model: pictures of its course and of its errors, and the figures of its test.</summary>
internal sealed class RunFolder
{
    private const string Extension = ".run";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new RowInALine() },
    };

    /// <param name="model">The file of the model.</param>
    public RunFolder(string model)
    {
        var path = Path.ChangeExtension(model, Extension);
        Folder = path == model ? model + Extension : path;
    }

    /// <summary>Beside <c>model.zip</c>, <c>model.run</c>.</summary>
    public string Folder { get; }

    /// <summary>The loss, the accuracy and the rates of the training.</summary>
    public string TrainingPicture => Path.Combine(Folder, "training.png");

    /// <summary>The images held out, by true and predicted class.</summary>
    public string ConfusionPicture => Path.Combine(Folder, "confusion.png");

    /// <summary>The figures of the test: <see cref="TestMetrics"/>.</summary>
    public string MetricsFile => Path.Combine(Folder, "metrics.json");

    /// <summary>Finds out whether the files may and can be written, as for the model.</summary>
    /// <exception cref="FolderException">They may not, or cannot.</exception>
    public void Check(bool replaces)
    {
        foreach (var file in (string[])[TrainingPicture, ConfusionPicture, MetricsFile])
        {
            OutputFile.Check($"{Path.GetFileName(file)} of --output", file, replaces);
        }

        // A training that is stopped before it has a model leaves nothing.
        if (!Directory.EnumerateFileSystemEntries(Folder).Any())
        {
            Directory.Delete(Folder);
        }
    }

    /// <summary>Writes the files. A training without steps on images, stopped before them, has no course to draw.</summary>
    /// <returns>Their paths.</returns>
    public IReadOnlyList<string> Write(
        TrainingHistory history, MulticlassClassificationMetrics metrics, IReadOnlyList<string> classes, ImageCounts images)
    {
        Directory.CreateDirectory(Folder);
        File.Delete(TrainingPicture);
        if (history.Steps.Count > 0)
        {
            TrainingPlot.Save(history, metrics.MicroAccuracy, TrainingPicture);
        }

        var figures = TestMetrics.Of(metrics, classes, images);
        ResultFile.Write(MetricsFile, ToJson(figures) + "\n");
        Plots.ConfusionPicture.Save(figures, ConfusionPicture);
        string[] files = [TrainingPicture, ConfusionPicture, MetricsFile];
        return [.. files.Where(File.Exists)];
    }

    /// <summary>The figures as the file has them.</summary>
    public static string ToJson(TestMetrics metrics) => JsonSerializer.Serialize(metrics, Json);

    /// <summary>Writes a row of the matrix in a line.</summary>
    private sealed class RowInALine : JsonConverter<int[]>
    {
        public override int[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<List<int>>(ref reader)!.ToArray();

        public override void Write(Utf8JsonWriter writer, int[] value, JsonSerializerOptions options) =>
            writer.WriteRawValue($"\n    [{string.Join(", ", value.Select(count => count.ToString(CultureInfo.InvariantCulture)))}]");
    }
}
