using Microsoft.ML.Data;

namespace Plrs.MLNet.Experiments.Reports;

/// <summary>
/// The figures of a test on images that were held out: the file <c>metrics.json</c>. What cannot be told is <see langword="null"/>.
/// </summary>
/// <param name="Format">The version of the file's form; 1.</param>
/// <param name="Images">How many images there were.</param>
/// <param name="MicroAccuracy">The share of the images that are right.</param>
/// <param name="MacroAccuracy">The mean over the classes of the share that is right.</param>
/// <param name="TopKAccuracy">The share of the images whose class is among the k most probable, for k from 1 on.</param>
/// <param name="LogLoss">The mean cross-entropy in nats.</param>
/// <param name="LogLossReduction">By how much that is less than with the classes' shares alone.</param>
/// <param name="Classes">The figures of each class.</param>
/// <param name="ConfusionMatrix">The images by true class (rows) and predicted class (columns), in the order of the classes.</param>
internal sealed record TestMetrics(
    int Format,
    ImageCounts Images,
    double? MicroAccuracy,
    double? MacroAccuracy,
    IReadOnlyList<TopAccuracy> TopKAccuracy,
    double? LogLoss,
    double? LogLossReduction,
    IReadOnlyList<ClassMetrics> Classes,
    IReadOnlyList<int[]> ConfusionMatrix)
{
    /// <summary>How many of the most probable classes are looked at.</summary>
    public const int MostOfTop = 5;

    /// <param name="metrics">The figures.</param>
    /// <param name="classes">The classes in the matrix's order.</param>
    /// <param name="images">How many images there were.</param>
    public static TestMetrics Of(MulticlassClassificationMetrics metrics, IReadOnlyList<string> classes, ImageCounts images)
    {
        var matrix = metrics.ConfusionMatrix;
        int[][] counts = [.. matrix.Counts.Select(row => row.Select(count => (int)count).ToArray())];
        return new(
            Format: 1,
            images,
            Known(metrics.MicroAccuracy),
            Known(metrics.MacroAccuracy),
            [.. (metrics.TopKAccuracyForAllK ?? []).Select((accuracy, i) => new TopAccuracy(i + 1, Known(accuracy)))],
            Known(metrics.LogLoss),
            Known(metrics.LogLossReduction),
            [.. classes.Select(Figures)],
            counts);

        ClassMetrics Figures(string name, int i)
        {
            // Of a class without images ML.NET gives 0 in place of nothing.
            var images = counts[i].Sum();
            double? recall = images > 0 ? Known(matrix.PerClassRecall[i]) : null;
            double? precision = images + counts.Sum(row => row[i]) > 0 ? Known(matrix.PerClassPrecision[i]) : null;
            double? f1 = recall is null ? null : precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
            return new(name, images, precision, recall, f1, images > 0 ? Known(metrics.PerClassLogLoss[i]) : null);
        }
    }

    private static double? Known(double figure) => double.IsFinite(figure) ? figure : null;
}

/// <summary>How many images there were.</summary>
/// <param name="Training">Those trained on; those validated on by a training that picks its epoch are among them.</param>
/// <param name="TrainingSkipped">Those that were to be trained on and cannot be read.</param>
/// <param name="Test">Those tested with.</param>
/// <param name="TestSkipped">Those that were held out and cannot be read.</param>
internal sealed record ImageCounts(int Training, int TrainingSkipped, int Test, int TestSkipped);

/// <summary>The share of the images whose class is among the <paramref name="K"/> most probable.</summary>
internal sealed record TopAccuracy(int K, double? Accuracy);

/// <summary>The figures of a class's images.</summary>
internal sealed record ClassMetrics(string Name, int Images, double? Precision, double? Recall, double? F1, double? LogLoss);
