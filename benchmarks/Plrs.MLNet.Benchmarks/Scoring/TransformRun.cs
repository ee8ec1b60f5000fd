using Microsoft.ML;
using Plrs.MLNet.Benchmarks.Comparisons;

namespace Plrs.MLNet.Benchmarks.Scoring;

/// <summary>
/// A trained model scores all images of a folder, as a user has it do: by <c>Transform</c>, the scores read from a cursor.
/// </summary>
internal static class TransformRun
{
    public static double FromBytes(ImageFolder images)
    {
        var mlContext = new MLContext(seed: 1);
        using var model = ScoredModel.Train(mlContext, images);
        var rows = EncodedImage.FromFolder(images);
        return ColumnReader.Measure<float>(model.LastTransformer.Transform(mlContext.Data.LoadFromEnumerable(rows)), "Score", rows.Count);
    }

    public static double FromFiles(ImageFolder images)
    {
        var mlContext = new MLContext(seed: 1);
        using var model = ScoredModel.Train(mlContext, images);
        var rows = LabeledImage.FromFolder(images.Path);
        return ColumnReader.Measure<float>(model.Transform(mlContext.Data.LoadFromEnumerable(rows)), "Score", rows.Count);
    }
}
