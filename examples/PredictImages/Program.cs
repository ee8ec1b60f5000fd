using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

if (args is not [var modelPath, _, ..])
{
    return Fail(2, "Usage: PredictImages <model.zip> <image> ...");
}

var images = args[1..];
if (args.FirstOrDefault(path => !File.Exists(path)) is { } missing)
{
    return Fail(1, $"The file '{missing}' does not exist.");
}

var mlContext = new MLContext();
var rows = mlContext.Data.LoadFromEnumerable(images.Select(path => new ImageRow { ImagePath = Path.GetFullPath(path) }));
IEnumerable<Prediction> predictions;
VBuffer<ReadOnlyMemory<char>> classes = default;
try
{
    var model = mlContext.Model.Load(modelPath, out _);
    var scored = model.Transform(rows);
    scored.Schema[nameof(Prediction.Score)].GetSlotNames(ref classes);
    predictions = mlContext.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: true);
}
catch (Exception e)
{
    // ML.NET wraps what a model's part has to say.
    var cause = e is InvalidOperationException { InnerException: { } inner } ? inner.GetBaseException() : e;
    return Fail(1, $"The file '{modelPath}' is not a model for this program: {cause.Message}");
}

// The images are read and scored in batches, while the rows are taken.
var exitCode = 0;
foreach (var (path, prediction) in images.Zip(predictions))
{
    if (float.IsNaN(prediction.Score[0]))
    {
        exitCode = Fail(1, $"The file '{path}' is not an image that can be read.");
        continue;
    }

    var scores = classes.DenseValues()
        .Zip(prediction.Score, (name, score) => string.Create(CultureInfo.InvariantCulture, $"{name} {score:F4}"));
    Console.WriteLine($"{path}: {prediction.PredictedLabel} ({string.Join(", ", scores)})");
}

return exitCode;

static int Fail(int exitCode, string message)
{
    Console.Error.WriteLine(message);
    return exitCode;
}

/// <summary>A row as in training. The label is part of the model's input, though nothing of the prediction depends on it.</summary>
internal sealed class ImageRow
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";
}

/// <summary>What the model adds to a row.</summary>
internal sealed class Prediction
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}
