using Microsoft.ML;
using Plrs.MLNet.Benchmarks.Comparisons;

namespace Plrs.MLNet.Benchmarks.Scoring;

/// <summary>A trained model's prediction engine: one image after the other, each from its JPEG bytes.</summary>
internal static class PredictionEngineRun
{
    public static double Measure(ImageFolder images)
    {
        var mlContext = new MLContext(seed: 1);
        using var model = ScoredModel.Train(mlContext, images);
        var rows = EncodedImage.FromFolder(images);
        using var engine = mlContext.Model.CreatePredictionEngine<EncodedImage, Prediction>(model.LastTransformer);
        var prediction = new Prediction();
        var next = 0;
        return Speed.Measure(1, () => engine.Predict(rows[next++ % rows.Count], ref prediction));
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
