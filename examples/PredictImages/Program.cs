using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet;

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
    // Without the steps of the training that take labels, which may be texts or numbers.
    var model = mlContext.Model.Load(modelPath, out _).ForImagesInMemory();
    var classifier = ((IEnumerable<ITransformer>)model).OfType<TorchImageClassificationTransformer>().Single();
    var column = classifier.FeatureColumnName ?? throw new InvalidOperationException("It was trained on decoded images (LoadImages).");
    var loader = mlContext.Transforms.LoadRawImageBytes(column, imageFolder: null, nameof(ImageRow.ImagePath)).Fit(rows);
    var scored = model.Transform(loader.Transform(rows));
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

    var scores = classes.DenseValues().Zip(prediction.Score, (name, score) => (Name: name, Score: score)).ToArray();
    var all = scores.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Name} {entry.Score:F4}"));
    Console.WriteLine($"{path}: {scores.MaxBy(entry => entry.Score).Name} ({string.Join(", ", all)})");
}

return exitCode;

static int Fail(int exitCode, string message)
{
    Console.Error.WriteLine(message);
    return exitCode;
}

/// <summary>An image to predict the class of.</summary>
internal sealed class ImageRow
{
    public string ImagePath { get; set; } = "";
}

/// <summary>What the model adds to a row.</summary>
internal sealed class Prediction
{
    public float[] Score { get; set; } = [];
}
