using System.Globalization;
using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Images.Caching;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Images.Decoding;

/// <summary>What decoders keep beside the pixels is counted before there is memory for it.</summary>
[TestClass]
[DoNotParallelize]
public sealed class DecodingMemoryTests
{
    private const int Side = 2048;
    private const long Margin = 16 << 20;

    public static IEnumerable<(string Kind, Func<int, byte[]> Make, double KeptPerPixel)> Kinds =>
    [
        ("a JPEG", side => EncodedImages.Plain(SKColors.Red, side, side, SKEncodedImageFormat.Jpeg), 0),
        ("a progressive JPEG", side => JpegImages.InSeveralScans(side, 3), 6),
        ("a progressive JPEG with fewer colours", side => JpegImages.InSeveralScans(side, 3, isHalved: true), 3),
        ("a progressive JPEG in CMYK", side => JpegImages.InSeveralScans(side, 4), 8),
        ("a progressive JPEG in grey", side => JpegImages.InSeveralScans(side, 1), 2),
        ("a JPEG with a scan a colour", side => JpegImages.InSeveralScans(side, 3, isProgressive: false), 6),
        ("a PNG", side => EncodedImages.Plain(SKColors.Red, side, side), 0),
        ("an interlaced PNG", side => PngImages.Interlaced(side, 8), 4),
        ("an interlaced PNG of 16 bits", side => PngImages.Interlaced(side, 16), 8),
        ("a WebP", side => WebP(side, SKWebpEncoderCompression.Lossy, 255), 0),
        ("a WebP with alpha", side => WebP(side, SKWebpEncoderCompression.Lossy, 7), 2),
        ("a lossless WebP", side => WebP(side, SKWebpEncoderCompression.Lossless, 255), 4),
    ];

    [TestMethod]
    public void ItIsCounted()
    {
        foreach (var (kind, make, kept) in Kinds)
        {
            var image = make(64);
            using var data = SKData.CreateCopy(image);
            using var codec = SKCodec.Create(data);

            Assert.AreEqual(kept * 64 * 64, DecodingMemory.Kept(codec.EncodedFormat, image, codec.Info.Size), kind);
            for (var length = 0; length < image.Length; length++)
            {
                var ofCut = DecodingMemory.Kept(codec.EncodedFormat, image.AsSpan(0, length), codec.Info.Size);
                Assert.IsInRange(0, 8L * 64 * 64, ofCut);
            }
        }
    }

    [TestMethod]
    public void ItIsWhatThisVersionOfSkiaSharpKeeps()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("The system does not tell the most memory that a process has had.");
        }

        foreach (var (kind, make, kept) in Kinds)
        {
            var image = make(Side);
            var most = (long)((4 + kept) * Side * Side) + Margin;
            Assert.IsLessThan(most, Taken(image, Side), $"{kind}, at its size");
            Assert.IsLessThan(most, Taken(image, size: 64), $"{kind}, shrunk");
            Assert.IsLessThan(most, Taken(image[..^2], size: 64), $"{kind}, cut off");
        }
    }

    [TestMethod]
    public void AnImageThatTakesMoreThanItsPixelsMayIsRefused()
    {
        foreach (var (kind, make, kept) in Kinds)
        {
            var image = make(64);
            var least = (long)Math.Ceiling(Math.Max(1, (4 + kept) / DecodingMemory.MostBytesPerPixel) * 64 * 64);
            using var enough = new ImageDecoder(TestSets.Decoding(64, maximumPixels: least));
            using var tooFew = new ImageDecoder(TestSets.Decoding(64, maximumPixels: least - 1));
            var planes = new byte[ImageDecoder.DecodedBytes(64)];

            Assert.IsNull(enough.Decode(new ImageInput(image), planes), kind);
            Assert.StartsWith(
                kept > 4 ? "decoding the image takes too much memory (64 × 64 pixels, " : "the image is too large (64 × 64 pixels, ",
                tooFew.Decode(new ImageInput(image), planes)!,
                kind);
        }
    }

    private static byte[] WebP(int side, SKWebpEncoderCompression compression, byte alpha)
    {
        using var bitmap = new SKBitmap(
            new SKImageInfo(side, side, SKColorType.Rgba8888, alpha == 255 ? SKAlphaType.Opaque : SKAlphaType.Unpremul));
        bitmap.Erase(new SKColor(1, 2, 3, alpha));
        using var pixels = bitmap.PeekPixels();
        using var data = pixels.Encode(new SKWebpEncoderOptions(compression, 10));
        return data!.ToArray();
    }

    private static long Taken(byte[] image, int size)
    {
        var planes = new byte[ImageDecoder.DecodedBytes(size)];
        using var decoder = new ImageDecoder(TestSets.Decoding(size));
        File.WriteAllText("/proc/self/clear_refs", "5");
        var before = Bytes("VmRSS:");
        decoder.Decode(new ImageInput(image), planes);
        return Bytes("VmHWM:") - before;
    }

    private static long Bytes(string name) => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..^2],
        CultureInfo.InvariantCulture);
}
