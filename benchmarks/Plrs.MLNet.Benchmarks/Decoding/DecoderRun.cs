using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.Images;

namespace Plrs.MLNet.Benchmarks.Decoding;

/// <summary>The trainer's and the model's decoder: from bytes to one plane a colour.</summary>
internal static class DecoderRun
{
    public static double Measure(ImageFolder images, int threads) => EncodedFiles.Measure(
        images,
        threads,
        () => (Decoder: new ImageDecoder(images.Decoding), Pixels: new byte[ImageDecoder.DecodedBytes(images.ImageSize)]),
        (worker, encoded) => Decode(worker.Decoder, encoded, worker.Pixels));

    /// <summary>Decodes an image that must be one.</summary>
    public static void Decode(ImageDecoder decoder, byte[] encoded, byte[] pixels)
    {
        if (decoder.Decode(new ImageInput(encoded), pixels) is { } reason)
        {
            throw new InvalidOperationException($"An image cannot be decoded: {reason}.");
        }
    }
}
