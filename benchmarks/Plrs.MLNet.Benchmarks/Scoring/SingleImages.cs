using System.Runtime.InteropServices;
using Microsoft.ML;
using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.Benchmarks.Decoding;
using Plrs.MLNet.Images.Batching;
using Plrs.MLNet.Images.Decoding;
using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks.Scoring;

/// <summary>One image after the other, each from its JPEG bytes.</summary>
internal static class SingleImages
{
    /// <summary>A trained model's prediction engine.</summary>
    public static double PredictionEngine(ImageFolder images)
    {
        var mlContext = new MLContext(seed: 1);
        using var model = ScoredModel.Train(mlContext, images);
        var rows = EncodedImage.FromFolder(images);
        using var engine = mlContext.Model.CreatePredictionEngine<EncodedImage, Prediction>(model.LastTransformer);
        var prediction = new Prediction();
        var next = 0;
        return Speed.Measure(1, () => engine.Predict(rows[next++ % rows.Count], ref prediction));
    }

    /// <summary>What a prediction engine cannot do without: the decoder, the normalisation and the network.</summary>
    public static double DecodeAndForward(ImageFolder images)
    {
        using var network = BareForward.CreateNetwork(images);
        var forward = new HandWrittenResNet(network).Forward;
        using var decoder = new ImageDecoder(images.Decoding);
        var normalization = new Normalization([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]);
        var rows = EncodedImage.FromFolder(images);
        var pixels = new byte[ImageDecoder.DecodedBytes(images.ImageSize)];
        using var batch = empty([1, ImageDecoder.Channels, images.ImageSize, images.ImageSize]);
        var scores = new float[images.ClassCount];
        var next = 0;
        return Speed.Measure(1, () =>
        {
            DecoderRun.Decode(decoder, rows[next++ % rows.Count].Image, pixels);
            normalization.Apply(pixels, MemoryMarshal.Cast<byte, float>(batch.bytes));
            BareForward.Score(forward, batch, scores);
        });
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
