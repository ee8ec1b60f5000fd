using Plrs.MLNet.ImageClassification.Data;
using Plrs.MLNet.ImageClassification.Networks;
using static TorchSharp.torch;

namespace Plrs.MLNet.ImageClassification;

/// <summary>Scores encoded images with a trained network, with buffers of its own: one thread at a time, many beside each other.</summary>
internal sealed class ImageScorer(ImageNetwork network, Normalization normalization, int imageSize, Func<bool> isDisposed) : IDisposable
{
    private readonly ImageDecoder _decoder = new(imageSize);
    private readonly byte[] _pixels = new byte[ImageDecoder.DecodedBytes(imageSize)];
    private readonly Batch _batch = new(capacity: 1, imageSize) { Count = 1 };

    /// <summary>Writes the probability of each class; NaN for every class when the image cannot be decoded.</summary>
    public void Score(ReadOnlySpan<byte> encoded, Span<float> scores)
    {
        ObjectDisposedException.ThrowIf(isDisposed(), typeof(TorchImageClassificationModelParameters));
        if (_decoder.Decode(encoded, _pixels) is not null)
        {
            scores.Fill(float.NaN);
            return;
        }

        normalization.Apply(_pixels, _batch.Image(0));
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        nn.functional.softmax(network.forward(_batch.Images(CPU)), 1).data<float>().CopyTo(scores);
    }

    public void Dispose()
    {
        _decoder.Dispose();
        _batch.Dispose();
    }
}
