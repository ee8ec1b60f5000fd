using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Images.Caching;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Images.Decoding;

/// <summary>The kinds of images that have their colours in other ways than three bytes a pixel.</summary>
[TestClass]
public sealed class ImageFormatTests
{
    private static readonly byte[] Colors = [.. EncodedImages.FourColors.SelectMany(color => new[] { color.Red, color.Green, color.Blue })];
    private static readonly byte[] Planes =
    [
        .. EncodedImages.FourColors.Select(color => color.Red),
        .. EncodedImages.FourColors.Select(color => color.Green),
        .. EncodedImages.FourColors.Select(color => color.Blue),
    ];

    [TestMethod]
    [DataRow(255, 255, 255, 255, 255, 255, 255)]
    [DataRow(200, 100, 50, 255, 200, 100, 50)]
    [DataRow(200, 100, 50, 128, 100, 50, 25)]
    [DataRow(10, 20, 30, 0, 0, 0, 0)]
    public void CmykJpegsBecomeRgb(int cyan, int magenta, int yellow, int black, int red, int green, int blue)
    {
        var pixels = Decode(JpegImages.Cmyk((byte)cyan, (byte)magenta, (byte)yellow, (byte)black), size: 8);

        AssertPlanes(pixels, red, green, blue, tolerance: 2);
    }

    [TestMethod]
    [DataRow(8)]
    [DataRow(16)]
    public void RgbPngsKeepTheUpperByteOfEachSample(int depth)
    {
        byte[][] rows = [Samples(Colors[..6], depth), Samples(Colors[6..], depth)];

        CollectionAssert.AreEqual(Planes, Decode(PngImages.Encode(2, (byte)depth, PngImages.Rgb, rows), size: 2));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(8)]
    [DataRow(16)]
    public void GreyPngsOfAllDepthsHaveThreeEqualPlanes(int depth)
    {
        // The darkest and the lightest sample in each row.
        byte[] row = depth switch
        {
            16 => [0, 0, 255, 255],
            8 => [0, 255],
            _ => [(byte)(((1 << depth) - 1) << (8 - (2 * depth)))],
        };

        var pixels = Decode(PngImages.Encode(2, (byte)depth, PngImages.Grey, [row, row]), size: 2);

        CollectionAssert.AreEqual(new byte[] { 0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255 }, pixels);
    }

    [TestMethod]
    [DataRow(8)]
    [DataRow(16)]
    public void AlphaOfAnyDepthIsDropped(int depth)
    {
        foreach (var alpha in new byte[] { 0, 1, 128, 255 })
        {
            byte[] colors = [200, 100, 50, alpha];
            byte[] greys = [90, alpha];
            byte[][] rgba = [Samples([.. colors, .. colors], depth), Samples([.. colors, .. colors], depth)];
            byte[][] grey = [Samples([.. greys, .. greys], depth), Samples([.. greys, .. greys], depth)];

            AssertPlanes(Decode(PngImages.Encode(2, (byte)depth, PngImages.Rgba, rgba), size: 2), 200, 100, 50, tolerance: 0);
            AssertPlanes(Decode(PngImages.Encode(2, (byte)depth, PngImages.GreyAlpha, grey), size: 2), 90, 90, 90, tolerance: 0);
        }
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(8)]
    public void PalettePngsHaveThePalettesColours(int depth)
    {
        byte[][] rows = depth switch
        {
            2 => [[0b00_01_0000], [0b10_11_0000]],
            4 => [[0x01], [0x23]],
            _ => [[0, 1], [2, 3]],
        };

        CollectionAssert.AreEqual(Planes, Decode(PngImages.Encode(2, (byte)depth, PngImages.Palette, rows, Colors), size: 2));
        CollectionAssert.AreEqual(
            Planes, Decode(PngImages.Encode(2, (byte)depth, PngImages.Palette, rows, Colors, transparency: [0, 100, 255]), size: 2));
    }

    [TestMethod]
    public void AnAnimatedGifIsItsFirstFrame() => CollectionAssert.AreEqual(Planes, Decode(EncodedImages.AnimatedGif(), size: 2));

    [TestMethod]
    public void WhereAGifsFrameDoesNotReachItIsBlackWhateverWasDecodedBefore()
    {
        using var decoder = new ImageDecoder(TestSets.Decoding(2));
        var pixels = new byte[12];
        decoder.Decode(new ImageInput(EncodedImages.Plain(SKColors.White, 2, 2)), pixels);

        Assert.IsNull(decoder.Decode(new ImageInput(EncodedImages.GifOfASmallFrame()), pixels));

        CollectionAssert.AreEqual(new byte[] { 0, 0, 0, 250, 0, 0, 0, 200, 0, 0, 0, 10 }, pixels);
    }

    [TestMethod]
    public void WebpIsReadWithAndWithoutLoss()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(16, 16, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(new SKColor(200, 100, 50));
        foreach (var (compression, tolerance) in new[] { (SKWebpEncoderCompression.Lossy, 6), (SKWebpEncoderCompression.Lossless, 0) })
        {
            using var pixmap = bitmap.PeekPixels();
            using var encoded = pixmap.Encode(new SKWebpEncoderOptions(compression, 90))!;

            AssertPlanes(Decode(encoded.ToArray(), size: 16), 200, 100, 50, tolerance);
        }
    }

    private static byte[] Decode(byte[] encoded, int size) => TestSets.Decode(new ImageInput(encoded), size);

    private static byte[] Samples(byte[] values, int depth) =>
        depth == 8 ? values : [.. values.SelectMany(value => new[] { value, value })];

    private static void AssertPlanes(byte[] pixels, int red, int green, int blue, int tolerance)
    {
        int[] expected = [red, green, blue];
        for (var i = 0; i < pixels.Length; i++)
        {
            Assert.AreEqual(expected[i / (pixels.Length / 3)], pixels[i], tolerance, $"Byte {i}");
        }
    }
}
