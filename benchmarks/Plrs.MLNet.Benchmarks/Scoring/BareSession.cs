using Microsoft.ML.OnnxRuntime;
using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.Benchmarks.Decoding;
using Plrs.MLNet.Export;
using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Benchmarks.Scoring;

/// <summary>
/// ONNX Runtime's own session on the network that a model scores with, as one would write it: its options as they come, but for the
/// threads.
/// </summary>
internal sealed class BareSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly float[] _images;
    private readonly OrtValue[] _inputs;
    private readonly OrtValue[] _outputs;

    private BareSession(ImageFolder images, int batch)
    {
        var graph = images.Network.CreateGraph(images.ClassCount, images.ImageSize);
        using var network = new GraphModule(graph, seed: 1);
        using var options = new SessionOptions { IntraOpNumThreads = Environment.ProcessorCount };
        _session = new InferenceSession(OnnxWriter.Write(BatchNormFolding.Fold(NetworkWeights.CopyOf(graph, network))), options);
        _images = new float[batch * ImageDecoder.DecodedBytes(images.ImageSize)];
        _inputs = [OrtValue.CreateTensorValueFromMemory(_images, [batch, ImageDecoder.Channels, images.ImageSize, images.ImageSize])];
        _outputs = [OrtValue.CreateTensorValueFromMemory(new float[batch * images.ClassCount], [batch, images.ClassCount])];
    }

    /// <summary>Batches of random images.</summary>
    public static double Measure(ImageFolder images, int batch)
    {
        using var session = new BareSession(images, batch);
        var random = new Random(1);
        for (var i = 0; i < session._images.Length; i++)
        {
            session._images[i] = random.NextSingle();
        }

        return Speed.Measure(batch, session.Run);
    }

    /// <summary>What a prediction engine cannot do without: the decoder, the normalisation and the network.</summary>
    public static double MeasureWithDecoding(ImageFolder images)
    {
        using var session = new BareSession(images, batch: 1);
        using var decoder = new ImageDecoder(images.Decoding);
        var normalization = new Normalization([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]);
        var rows = EncodedImage.FromFolder(images);
        var pixels = new byte[ImageDecoder.DecodedBytes(images.ImageSize)];
        var next = 0;
        return Speed.Measure(1, () =>
        {
            DecoderRun.Decode(decoder, rows[next++ % rows.Count].Image, pixels);
            normalization.Apply(pixels, session._images);
            session.Run();
        });
    }

    public void Dispose()
    {
        _inputs[0].Dispose();
        _outputs[0].Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    private void Run() => _session.Run(_options, _session.InputNames, _inputs, _session.OutputNames, _outputs);
}
