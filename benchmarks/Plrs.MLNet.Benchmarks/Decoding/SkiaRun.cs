using Plrs.MLNet.Benchmarks.Comparisons;
using SkiaSharp;

namespace Plrs.MLNet.Benchmarks.Decoding;

/// <summary>What one would write by hand with SkiaSharp. The result is a bitmap: the work of parting its colours is not counted.</summary>
internal static class SkiaRun
{
    public static double Measure(ImageFolder images, int threads) => EncodedFiles.Measure(
        images,
        threads,
        () => new SKImageInfo(images.ImageSize, images.ImageSize, SKColorType.Rgba8888, SKAlphaType.Opaque),
        (size, encoded) =>
        {
            using var decoded = SKBitmap.Decode(encoded);
            using var resized = decoded.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Nearest));
        });
}
