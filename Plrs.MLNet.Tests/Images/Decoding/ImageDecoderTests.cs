using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Images.Caching;
using Plrs.MLNet.Tests.Support;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Images.Decoding;

[TestClass]
public sealed class ImageDecoderTests
{
    [TestMethod]
    [DataRow("png")]
    [DataRow("bmp")]
    [DataRow("gif")]
    public void PixelsComeOutExactlyOnePlaneAColourRowByRow(string format)
    {
        var colors = EncodedImages.FourColors;
        var encoded = format switch
        {
            "png" => EncodedImages.Encode(colors, width: 2),
            "bmp" => EncodedImages.Bmp(colors, width: 2),
            _ => EncodedImages.Gif(colors, width: 2),
        };

        byte[] expected =
        [
            .. colors.Select(color => color.Red),
            .. colors.Select(color => color.Green),
            .. colors.Select(color => color.Blue),
        ];
        CollectionAssert.AreEqual(expected, Decode(encoded, size: 2));
    }

    [TestMethod]
    [DataRow(SKEncodedImageFormat.Png, 0)]
    [DataRow(SKEncodedImageFormat.Jpeg, 6)]
    [DataRow(SKEncodedImageFormat.Webp, 6)]
    public void FormatsGiveTheColourThatWasEncoded(SKEncodedImageFormat format, int tolerance)
    {
        foreach (var (width, height) in new[] { (24, 24), (200, 200), (200, 90), (7, 5), (1, 1), (24, 300) })
        {
            var pixels = Decode(EncodedImages.Plain(new SKColor(200, 100, 50), width, height, format), size: 24);

            AssertPlain(pixels, 200, 100, 50, tolerance);
        }
    }

    [TestMethod]
    [DataRow(SKEncodedImageFormat.Png, 0)]
    [DataRow(SKEncodedImageFormat.Webp, 6)]
    public void AlphaIsDroppedNotBlended(SKEncodedImageFormat format, int tolerance)
    {
        foreach (var size in new[] { 16, 8, 32 })
        {
            AssertPlain(Decode(EncodedImages.Plain(new SKColor(200, 100, 50, alpha: 40), 16, 16, format), size), 200, 100, 50, tolerance);
        }

        AssertPlain(Decode(EncodedImages.Plain(new SKColor(200, 100, 50, alpha: 0), 16, 16), 8), 200, 100, 50, tolerance: 0);
    }

    [TestMethod]
    public void GreyImagesHaveThreeEqualPlanes()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(12, 12, SKColorType.Gray8, SKAlphaType.Opaque));
        bitmap.Erase(new SKColor(90, 90, 90));
        foreach (var format in new[] { SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg })
        {
            using var encoded = bitmap.Encode(format, quality: 100);

            AssertPlain(Decode(encoded.ToArray(), size: 12), 90, 90, 90, tolerance: 1);
        }
    }

    [TestMethod]
    public void ImagesAreStretchedNotCropped()
    {
        // Left half red, right half blue, four times as wide as high.
        SKColor[] row = [.. Enumerable.Repeat(new SKColor(255, 0, 0), 32), .. Enumerable.Repeat(new SKColor(0, 0, 255), 32)];
        var encoded = EncodedImages.Encode([.. Enumerable.Repeat(row, 16).SelectMany(colors => colors)], width: 64);

        var pixels = Decode(encoded, size: 8);

        for (var y = 0; y < 8; y++)
        {
            for (var x = 0; x < 8; x++)
            {
                if (x is 3 or 4)
                {
                    continue; // Where the halves meet, the colours may mix.
                }

                Assert.AreEqual(x < 4 ? 255 : 0, pixels[(y * 8) + x], 2);
                Assert.AreEqual(x < 4 ? 0 : 255, pixels[128 + (y * 8) + x], 2);
            }
        }
    }

    [TestMethod]
    public void ShrinkingAveragesInsteadOfPickingPixels()
    {
        SKColor[] board = [.. Enumerable.Range(0, 64 * 64).Select(i => (i + (i / 64)) % 2 == 0 ? SKColors.White : SKColors.Black)];

        AssertPlain(Decode(EncodedImages.Encode(board, width: 64), size: 16), 127, 127, 127, tolerance: 3);
    }

    [TestMethod]
    public void JpegsDecodedSmallerLookLikeThoseShrunkFromTheirFullSize()
    {
        var jpeg = Decode(TestImages.Encode("disc", 1, size: 256, SKEncodedImageFormat.Jpeg), size: 32);
        var png = Decode(TestImages.Encode("disc", 1, size: 256), size: 32);

        Assert.IsLessThan(3.0, jpeg.Zip(png, (a, b) => Math.Abs(a - b)).Average());
    }

    [TestMethod]
    public void ADecoderGivesTheSameWhateverItDecodedBefore()
    {
        byte[][] images =
        [
            TestImages.Encode("disc", 1, size: 100),
            TestImages.Encode("stripes", 2, size: 30, SKEncodedImageFormat.Jpeg),
            EncodedImages.Gif(EncodedImages.FourColors, width: 2),
            PngImages.HeaderOnly(40, 40),
            TestImages.Encode("square", 3, size: 17, SKEncodedImageFormat.Webp),
            EncodedImages.Bmp(EncodedImages.FourColors, width: 4),
            TestImages.Encode("disc", 4, size: 20),
            [],
        ];
        using var reused = new ImageDecoder(TestSets.Decoding(20));
        foreach (var index in new[] { 0, 1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1, 0, 0 })
        {
            var fresh = new byte[1200];
            var again = new byte[1200];
            using var decoder = new ImageDecoder(TestSets.Decoding(20));

            var reason = decoder.Decode(new ImageInput(images[index]), fresh);

            Assert.AreEqual(reason, reused.Decode(new ImageInput(images[index]), again));
            if (reason is null)
            {
                CollectionAssert.AreEqual(fresh, again, $"Image {index}");
            }
        }
    }

    private static byte[] Decode(byte[] encoded, int size) => TestSets.Decode(new ImageInput(encoded), size);

    private static void AssertPlain(byte[] pixels, int red, int green, int blue, int tolerance)
    {
        for (var i = 0; i < pixels.Length; i++)
        {
            var expected = (i / (pixels.Length / 3)) switch { 0 => red, 1 => green, _ => blue };
            Assert.AreEqual(expected, pixels[i], tolerance);
        }
    }
}
