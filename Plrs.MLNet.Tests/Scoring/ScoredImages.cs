using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Scoring;

/// <summary>A model that is trained once for all tests of scoring, and rows to score.</summary>
internal static class ScoredImages
{
    private static readonly Lazy<byte[]> SavedModel = new(() =>
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(12));
        using var stream = new MemoryStream();
        mlContext.Model.Save(Train(mlContext), data.Schema, stream);
        return stream.ToArray();
    });

    /// <summary>The model as saved.</summary>
    public static byte[] Saved => SavedModel.Value;

    public static TransformerChain<Microsoft.ML.Transforms.KeyToValueMappingTransformer> Train(MLContext mlContext) =>
        TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 2)).Fit(
            mlContext.Data.LoadFromEnumerable(TestPipeline.Images(12)));

    public static ITransformer Load(MLContext mlContext) => mlContext.Model.Load(new MemoryStream(Saved), out _);

    /// <summary>Rows of good images with a bad one here and there.</summary>
    public static List<NumberedImage> Rows(int count) =>
        [.. TestPipeline.Images(count).Select((image, number) => new NumberedImage
        {
            Number = number,
            Name = $"image {number}",
            Label = image.Label,
            Image = number % 7 == 5 ? [1, 2, 3] : image.Image,
        })];

    /// <summary>What a prediction engine says of each row, in the form of <see cref="Format"/>.</summary>
    public static List<string> OneAtATime(MLContext mlContext, ITransformer model, IEnumerable<NumberedImage> rows)
    {
        using var engine = mlContext.Model.CreatePredictionEngine<NumberedImage, NumberedPrediction>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        return [.. rows.Select(row => Format(engine.Predict(row)))];
    }

    /// <summary>What a transformer says of all rows, read as a whole.</summary>
    public static List<string> AllAtOnce(MLContext mlContext, IDataView scored) =>
        [.. mlContext.Data.CreateEnumerable<NumberedPrediction>(scored, reuseRowObject: false).Select(Format)];

    /// <summary>A row as text that equals another only when the scores are equal to the last bit.</summary>
    public static string Format(NumberedPrediction row) => $"{row.Number} {row.Name} {row.Image.Length} {ChildProcess.Format(row)}";

    /// <summary>Reads rows one after the other and says how many have been read.</summary>
    public static IEnumerable<NumberedImage> Stream(List<NumberedImage> rows, Action<int> onRead)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            onRead(i + 1);
            yield return rows[i];
        }
    }
}

internal sealed class NumberedImage
{
    public int Number { get; set; }

    public string Name { get; set; } = "";

    public byte[] Image { get; set; } = [];

    public string? Label { get; set; }
}

internal sealed class NumberedPrediction : ImagePrediction
{
    public int Number { get; set; }

    public string Name { get; set; } = "";

    public byte[] Image { get; set; } = [];
}
