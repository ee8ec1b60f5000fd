using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Plrs.MLNet.Images;

namespace Plrs.MLNet.Scoring;

/// <summary>
/// Scores images with a trained network, up to <c>capacity</c> at once, with buffers of its own: one thread at a time, many beside each
/// other. On the CPU, by ONNX Runtime, an image's scores do not depend, to the last bit, on the images that it is scored with.
/// </summary>
internal sealed class ImageScorer : IDisposable
{
    private const int ImagesPerDecoder = 4;

    private readonly IInferenceEngine _engine;
    private readonly Normalization _normalization;
    private readonly DecoderSettings _decoding;
    private readonly int _classCount;
    private readonly int _imageValues;
    private readonly float[] _images;
    private readonly float[] _probabilities;
    private readonly Worker[] _workers;
    private readonly bool[] _isDecoded;
    private readonly OrtValue[] _inputs = new OrtValue[1];
    private readonly OrtValue[] _outputs = new OrtValue[1];
    private int _count;

    public ImageScorer(IInferenceEngine engine, Normalization normalization, DecoderSettings decoding, int classCount, int capacity)
    {
        _engine = engine;
        _normalization = normalization;
        _decoding = decoding;
        _classCount = classCount;
        _imageValues = decoding.DecodedBytes;
        _images = new float[capacity * _imageValues];
        _probabilities = new float[capacity * classCount];
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

        Run(1);
        _probabilities.AsSpan(0, _classCount).CopyTo(scores);
    }

    /// <summary>Writes the probabilities of several images, one after the other.</summary>
    public void Score(VBuffer<byte>[] encoded, int count, Span<float> scores)
    {
        // Decoding ends before the network starts: threads beside its busy ones cost more than they bring.
        var workers = Math.Clamp(count / ImagesPerDecoder, 1, _workers.Length);
        SharedWork.Run(count, workers, (worker, i) => _isDecoded[i] = Decode(worker, i, ImageColumn.Of(encoded[i])));
        Run(count);
        _probabilities.AsSpan(0, count * _classCount).CopyTo(scores);
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

        Release();
    }

    private void Run(int count)
    {
        if (count != _count)
        {
            Release();
            _inputs[0] = Tensor(_images, count, ImageDecoder.Channels, _decoding.Size, _decoding.Size);
            _outputs[0] = Tensor(_probabilities, count, _classCount);
            _count = count;
        }

        _engine.Run(_inputs, _outputs);
    }

    private static OrtValue Tensor(float[] memory, params long[] shape)
    {
        var length = shape.Aggregate(1L, (product, value) => product * value);
        return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory.AsMemory(0, (int)length), shape);
    }

    private void Release()
    {
        _inputs[0]?.Dispose();
        _outputs[0]?.Dispose();
    }

    private bool Decode(int workerIndex, int place, ImageInput image)
    {
        var worker = _workers[workerIndex] ??= new Worker(_decoding);
        if (worker.Decoder.Decode(image, worker.Pixels) is not null)
        {
            return false;
        }

        _normalization.Apply(worker.Pixels, _images.AsSpan(place * _imageValues, _imageValues));
        return true;
    }

    private sealed class Worker(DecoderSettings decoding) : IDisposable
    {
        public ImageDecoder Decoder { get; } = new(decoding);

        public byte[] Pixels { get; } = new byte[decoding.DecodedBytes];

        public void Dispose() => Decoder.Dispose();
    }
}
