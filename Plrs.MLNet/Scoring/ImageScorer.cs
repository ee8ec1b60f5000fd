using Microsoft.ML.Data;
using Plrs.MLNet.Images;
using Plrs.MLNet.Images.Batching;
using Plrs.MLNet.Images.Decoding;
using static TorchSharp.torch;

namespace Plrs.MLNet.Scoring;

/// <summary>
/// Scores images with a trained network, up to <c>capacity</c> at once, with buffers of its own: one thread at a
/// time, many beside each other. An image's scores do not depend, to the last bit, on the images that it is scored with.
/// </summary>
internal sealed class ImageScorer : IDisposable
{
    private const int ImagesPerDecoder = 4;

    private readonly ScoringNetwork _network;
    private readonly Normalization _normalization;
    private readonly DecoderSettings _decoding;
    private readonly int _classCount;
    private readonly Batch _batch;
    private readonly Tensor _images;
    private readonly Worker[] _workers;
    private readonly bool[] _isDecoded;

    public ImageScorer(ScoringNetwork network, Normalization normalization, DecoderSettings decoding, int classCount, int capacity)
    {
        _network = network;
        _normalization = normalization;
        _decoding = decoding;
        _classCount = classCount;
        _batch = new Batch(capacity, decoding.Size);
        using var flat = frombuffer(_batch.Images, ScalarType.Float32);
        _images = flat.view(capacity, ImageDecoder.Channels, decoding.Size, decoding.Size).DetachFromDisposeScope();
        _workers = new Worker[Math.Clamp(capacity / ImagesPerDecoder, 1, Environment.ProcessorCount)];
        _isDecoded = new bool[capacity];
    }

    /// <summary>Writes the probability of each class; NaN for every class when the image cannot be decoded.</summary>
    public void Score(ImageInput image, Span<float> scores)
    {
        if (!Decode(0, 0, image))
        {
            scores.Fill(float.NaN);
            return;
        }

        Forward(1, scores);
    }

    /// <summary>Writes the probabilities of several images, one after the other.</summary>
    public void Score(VBuffer<byte>[] encoded, int count, Span<float> scores)
    {
        // Decoding ends before the network starts: threads beside libtorch's busy ones cost more than they bring.
        var workers = Math.Clamp(count / ImagesPerDecoder, 1, _workers.Length);
        SharedWork.Run(count, workers, (worker, i) => _isDecoded[i] = Decode(worker, i, ImageColumn.Of(encoded[i])));
        Forward(count, scores);
        for (var i = 0; i < count; i++)
        {
            if (!_isDecoded[i])
            {
                scores.Slice(i * _classCount, _classCount).Fill(float.NaN);
            }
        }
    }

    public void Dispose()
    {
        foreach (var worker in _workers)
        {
            worker?.Dispose();
        }

        _images.Dispose();
    }

    private void Forward(int count, Span<float> scores)
    {
        using var scope = NewDisposeScope();
        _network.Score(_images.narrow(0, 0, count), scores[..(count * _classCount)]);
    }

    private bool Decode(int workerIndex, int place, ImageInput image)
    {
        var worker = _workers[workerIndex] ??= new Worker(_decoding);
        if (worker.Decoder.Decode(image, worker.Pixels) is not null)
        {
            return false;
        }

        _normalization.Apply(worker.Pixels, _batch.Image(place));
        return true;
    }

    private sealed class Worker(DecoderSettings decoding) : IDisposable
    {
        public ImageDecoder Decoder { get; } = new(decoding);

        public byte[] Pixels { get; } = new byte[decoding.DecodedBytes];

        public void Dispose() => Decoder.Dispose();
    }
}
