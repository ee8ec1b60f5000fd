using Microsoft.ML.Data;

namespace PlrsTool.Models;

/// <summary>The figures of a test, as JSON has them.</summary>
internal sealed record TestFigures(
    int Images, int Skipped, double MicroAccuracy, double MacroAccuracy, double LogLoss, ClassFigures[] Classes)
{
    /// <param name="metrics">The figures.</param>
    /// <param name="classes">The classes in the matrix's order.</param>
    /// <param name="given">The number of images that were to be tested with; of those that could not be read there are no figures.</param>
    public static TestFigures Of(MulticlassClassificationMetrics metrics, string[] classes, int given)
    {
        var matrix = metrics.ConfusionMatrix;
        var tested = (int)matrix.Counts.Sum(row => row.Sum());
        return new(tested, given - tested, metrics.MicroAccuracy, metrics.MacroAccuracy, metrics.LogLoss, [.. classes.Select(Figures)]);

        ClassFigures Figures(string name, int i) => new(
            name,
            (int)matrix.Counts[i].Sum(),
            matrix.Counts[i].Sum() + matrix.Counts.Sum(row => row[i]) > 0 ? matrix.PerClassPrecision[i] : null,
            matrix.Counts[i].Sum() > 0 ? matrix.PerClassRecall[i] : null,
            classes.Zip(matrix.Counts[i]).ToDictionary(pair => pair.First, pair => (int)pair.Second));
    }
}

/// <summary>The figures of a class's images. Without images it has no recall, and without predictions either no precision.</summary>
internal sealed record ClassFigures(
    string Name, int Images, double? Precision, double? Recall, IReadOnlyDictionary<string, int> PredictedAs);
