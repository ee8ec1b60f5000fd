using Microsoft.ML;
using Microsoft.ML.Data;

namespace Flowers;

/// <summary>The classifier as programs use it: an image in, classes and their probabilities out.</summary>
internal static partial class FlowerClassifier
{
    /// <summary>
    /// One engine for the program, made with the first prediction. An engine is for one thread at a time; see docs/web-api.md of Plrs.MLNet
    /// for many.
    /// </summary>
    public static readonly Lazy<PredictionEngine<ModelInput, ModelOutput>> PredictEngine = new(CreatePredictEngine);

    /// <summary>The file of the trained model.</summary>
    public static string MLNetModelPath { get; set; } = Path.GetFullPath("FlowerClassifier.mlnet");

    /// <summary>The most probable class of an image.</summary>
    public static ModelOutput Predict(ModelInput input) => PredictEngine.Value.Predict(input);

    /// <summary>All classes with their probabilities, the most probable one first.</summary>
    public static IOrderedEnumerable<KeyValuePair<string, float>> PredictAllLabels(ModelInput input) =>
        GetSortedScoresWithLabels(Predict(input));

    /// <summary>A prediction's classes with their probabilities, the most probable one first.</summary>
    public static IOrderedEnumerable<KeyValuePair<string, float>> GetSortedScoresWithLabels(ModelOutput result) =>
        GetLabels(PredictEngine.Value.OutputSchema).Zip(result.Score, KeyValuePair.Create).OrderByDescending(pair => pair.Value);

    /// <summary>The names of the classes, in the order of the scores.</summary>
    public static string[] GetLabels(DataViewSchema schema)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Score"].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static PredictionEngine<ModelInput, ModelOutput> CreatePredictEngine()
    {
        var mlContext = new MLContext();
        return mlContext.Model.CreatePredictionEngine<ModelInput, ModelOutput>(mlContext.Model.Load(MLNetModelPath, out _));
    }

    /// <summary>What the model takes.</summary>
    public sealed class ModelInput
    {
        /// <summary>The class, for training.</summary>
        [LoadColumn(0)]
        [ColumnName(@"Label")]
        public string Label { get; set; } = "";

        /// <summary>The image's file, as it is: JPEG, PNG, WebP, GIF or BMP.</summary>
        [LoadColumn(1)]
        [ColumnName(@"ImageSource")]
        public byte[] ImageSource { get; set; } = [];
    }

    /// <summary>What the model gives.</summary>
    public sealed class ModelOutput
    {
        /// <summary>The number of the input's class, from 1; 0 without one, as for a new image.</summary>
        [ColumnName(@"Label")]
        public uint Label { get; set; }

        /// <summary>The image's file that was given.</summary>
        [ColumnName(@"ImageSource")]
        public byte[] ImageSource { get; set; } = [];

        /// <summary>The most probable class; empty if the image cannot be read.</summary>
        [ColumnName(@"PredictedLabel")]
        public string PredictedLabel { get; set; } = "";

        /// <summary>The probability of each class; NaN if the image cannot be read.</summary>
        [ColumnName(@"Score")]
        public float[] Score { get; set; } = [];
    }
}
