using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Flowers;

/// <summary>How good the classifier is, on images that it was not trained on.</summary>
internal static partial class FlowerClassifier
{
    /// <summary>Compares what a model predicts with the labels. Images that cannot be read do not count.</summary>
    public static MulticlassClassificationMetrics Evaluate(MLContext mlContext, ITransformer model, IDataView testData) =>
        mlContext.MulticlassClassification.Evaluate(mlContext.Data.FilterRowsByMissingValues(model.Transform(testData), "Score"));

    /// <summary>The figures of all classes together and of each, and how often each was taken for which.</summary>
    public static void PrintMetrics(MulticlassClassificationMetrics metrics, string[] labels, TextWriter output)
    {
        var matrix = metrics.ConfusionMatrix;
        const string Corner = "True \\ predicted";
        var width = labels.Append(Corner).Max(label => label.Length) + 2;
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Micro-accuracy {metrics.MicroAccuracy:P1}, macro-accuracy {metrics.MacroAccuracy:P1}, log-loss {metrics.LogLoss:F3}"));
        output.WriteLine();
        output.WriteLine($"{"Class".PadRight(width)}{"precision",10}{"recall",10}{"F1",10}");
        for (var i = 0; i < labels.Length; i++)
        {
            var (precision, recall) = (matrix.PerClassPrecision[i], matrix.PerClassRecall[i]);
            var f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;

            // A class without images to test with has no figures of its own.
            output.WriteLine(matrix.Counts[i].Sum() == 0
                ? $"{labels[i].PadRight(width)}{"none",10}{"none",10}{"none",10}"
                : string.Create(CultureInfo.InvariantCulture, $"{labels[i].PadRight(width)}{precision,10:P1}{recall,10:P1}{f1,10:P1}"));
        }

        output.WriteLine();
        output.WriteLine($"{Corner.PadRight(width)}{string.Concat(labels.Select(label => $"  {label}"))}");
        foreach (var (label, counts) in labels.Zip(matrix.Counts))
        {
            var cells = labels.Zip(counts, (name, count) => $"  {count.ToString(CultureInfo.InvariantCulture).PadLeft(name.Length)}");
            output.WriteLine($"{label.PadRight(width)}{string.Concat(cells)}");
        }
    }
}
