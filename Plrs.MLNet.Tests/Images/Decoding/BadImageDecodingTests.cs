using System.Text;
using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Images.Caching;
using Plrs.MLNet.Tests.Support;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Images.Decoding;

[TestClass]
public sealed class BadImageDecodingTests
{
    private const int Size = 16;
    private const string NoFormat = "not an image in a format that can be read (JPEG, PNG, WebP, GIF, BMP)";

    [TestMethod]
    public void AnEmptyImageIsNamedSo() => Assert.AreEqual("the image is empty", Reason([]));

    [TestMethod]
    public void WhatIsNoImageIsNamedSo()
    {
        Assert.AreEqual(NoFormat, Reason(Encoding.UTF8.GetBytes("This is no photo.")));
        Assert.AreEqual(NoFormat, Reason(new byte[1000]));
        Assert.AreEqual(NoFormat, Reason([0xFF]));
        Assert.AreEqual(NoFormat, Reason(Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'/>")));
    }

    /// <summary>SkiaSharp decodes them, the first from almost any five bytes.</summary>
    [TestMethod]
    public void FormatsThatNoPageNamesAreRefused()
    {
        byte[] wbmp = [0, 0, 8, 1, 0xAA];
        var png = EncodedImages.Plain(SKColors.Red, 16, 16);
        byte[] ico =
        [
            0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0, .. BitConverter.GetBytes(png.Length), .. BitConverter.GetBytes(22), .. png,
        ];
        foreach (var (image, format) in new[] { (wbmp, SKEncodedImageFormat.Wbmp), (ico, SKEncodedImageFormat.Ico) })
        {
            using var data = SKData.CreateCopy(image);
            using var codec = SKCodec.Create(data);
            Assert.AreEqual(format, codec?.EncodedFormat);
            Assert.AreEqual(NoFormat, Reason(image));
        }
    }

    [TestMethod]
    [DataRow(SKEncodedImageFormat.Png)]
    [DataRow(SKEncodedImageFormat.Jpeg)]
    [DataRow(SKEncodedImageFormat.Webp)]
    public void ATruncatedImageIsRefusedWhereverItEnds(SKEncodedImageFormat format)
    {
        var encoded = TestImages.Encode("disc", 1, size: 64, format);
        var reasons = new HashSet<string>();
        for (var length = 1; length < encoded.Length - 16; length += 7)
        {
            if (Reason(encoded[..length]) is { } reason)
            {
                reasons.Add(reason);
            }
            else
            {
                // The last bytes of the data may be checksums and filling.
                Assert.IsGreaterThan(encoded.Length - 32, length);
                CollectionAssert.AreEqual(
                    TestSets.Decode(new ImageInput(encoded), 64), TestSets.Decode(new ImageInput(encoded.AsSpan(0, length)), 64));
            }
        }

        CollectionAssert.IsSubsetOf(
            reasons.ToArray(),
            new string[]
            {
                NoFormat,
                "the image is truncated",
                "the image is damaged (InvalidInput)",
                "the image is damaged (ErrorInInput)",
            });
        CollectionAssert.Contains(reasons.ToArray(), NoFormat);
        CollectionAssert.Contains(reasons.ToArray(), "the image is truncated");
    }

    [TestMethod]
    public void AnImageWithDamagedDataIsRefused()
    {
        var png = TestImages.Encode("disc", 1, size: 64);
        png.AsSpan(png.Length / 2, 40).Clear();

        Assert.StartsWith("the image is ", Reason(png));
    }

    [TestMethod]
    public void AHeaderWithoutPixelsIsTruncated() => Assert.AreEqual("the image is truncated", Reason(PngImages.HeaderOnly(40, 40)));

    [TestMethod]
    [DataRow(0, 10, NoFormat)]
    [DataRow(int.MaxValue, 1, NoFormat)]
    [DataRow(20_000, 20_000, "the image is too large (20000 × 20000 pixels, more than the Images.MaximumPixels of 134217728)")]
    [DataRow(1_000_000, 1_000_000, "the image is too large (1000000 × 1000000 pixels, more than the Images.MaximumPixels of 134217728)")]
    public void ASizeThatCannotBeIsRefusedAndTheDecoderGoesOn(int width, int height, string reason)
    {
        using var decoder = new ImageDecoder(TestSets.Decoding(Size));
        var pixels = new byte[ImageDecoder.DecodedBytes(Size)];

        Assert.AreEqual(reason, decoder.Decode(new ImageInput(PngImages.HeaderOnly(width, height)), pixels));
        Assert.IsNull(decoder.Decode(new ImageInput(TestImages.Encode("disc", 1)), pixels));
    }

    [TestMethod]
    public void NoDamageThrows()
    {
        var random = new Random(5);
        using var decoder = new ImageDecoder(TestSets.Decoding(Size));
        var pixels = new byte[ImageDecoder.DecodedBytes(Size)];
        foreach (var format in new[] { SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp })
        {
            var encoded = TestImages.Encode("stripes", 1, size: 24, format);
            for (var i = 0; i < 300; i++)
            {
                var damaged = encoded.ToArray();

                // The first bytes, which say what the image is and how large, more often than the others.
                damaged[random.Next(i % 2 == 0 ? 30 : damaged.Length)] = (byte)random.Next(256);
                var reason = decoder.Decode(new ImageInput(damaged), pixels);
                Assert.IsTrue(reason is null or NoFormat || reason.StartsWith("the image ", StringComparison.Ordinal), reason);
            }
        }
    }

    private static string? Reason(byte[] encoded)
    {
        using var decoder = new ImageDecoder(TestSets.Decoding(Size));
        return decoder.Decode(new ImageInput(encoded), new byte[ImageDecoder.DecodedBytes(Size)]);
    }
}
