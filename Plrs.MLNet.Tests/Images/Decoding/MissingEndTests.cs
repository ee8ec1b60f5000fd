using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Images.Caching;
using Plrs.MLNet.Tests.Support;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Images.Decoding;

/// <summary>Images that lack nothing but their end are whole; those that lack a row are not.</summary>
[TestClass]
public sealed class MissingEndTests
{
    private const string Truncated = "the image is truncated";

    [TestMethod]
    [DataRow(64, 64)]
    [DataRow(64, 16)]
    [DataRow(75, 32)]
    [DataRow(9, 9)]
    [DataRow(700, 32)]
    public void AJpegWithoutItsEndMarkerIsWhole(int imageSize, int size)
    {
        foreach (var kind in TestImages.Classes)
        {
            var jpeg = TestImages.Encode(kind, 1, imageSize, SKEncodedImageFormat.Jpeg);

            CollectionAssert.AreEqual(Decode(jpeg, size).Pixels, Decode(jpeg[..^2], size).Pixels);
            CollectionAssert.AreEqual(Decode(jpeg, size).Pixels, Decode(jpeg[..^1], size).Pixels);
        }
    }

    [TestMethod]
    public void AJpegOfFourComponentsWithoutItsEndMarkerIsWhole()
    {
        var jpeg = JpegImages.Cmyk(255, 10, 100, 200);

        CollectionAssert.AreEqual(Decode(jpeg, 8).Pixels, Decode(jpeg[..^2], 8).Pixels);
    }

    [TestMethod]
    [DataRow(64, 64)]
    [DataRow(64, 16)]
    [DataRow(300, 32)]
    public void AJpegThatLacksRowsIsTruncated(int imageSize, int size)
    {
        foreach (var kind in TestImages.Classes)
        {
            var jpeg = TestImages.Encode(kind, 1, imageSize, SKEncodedImageFormat.Jpeg);
            var whole = Decode(jpeg, size).Pixels;

            // From within the last rows of blocks up to the beginning of the data.
            var beginning = FirstOf(jpeg, 0xDA) + 14;
            for (var length = beginning; length < jpeg.Length - 2; length++)
            {
                var (reason, pixels) = Decode(jpeg[..length], size);
                Assert.IsTrue(
                    reason == Truncated || whole.AsSpan().SequenceEqual(pixels), $"{kind}: {length} of {jpeg.Length} bytes: {reason}");
                Assert.IsTrue(reason == Truncated || length > jpeg.Length - 20, $"{kind}: {length} of {jpeg.Length} bytes");
            }
        }
    }

    [TestMethod]
    public void AProgressiveJpegIsWholeWithAllItsScansOnly()
    {
        var (jpeg, firstScanEnd) = JpegImages.Progressive();
        var whole = Decode(jpeg, 8);
        Assert.IsNull(whole.Reason);
        Assert.AreNotEqual(whole.Pixels.Min(), whole.Pixels.Max());

        Assert.AreEqual((null, true), Same(jpeg[..^2]));
        Assert.AreEqual(("the image is damaged (InvalidInput)", false), Same(jpeg[..firstScanEnd]));

        (string?, bool) Same(byte[] encoded)
        {
            var (reason, pixels) = Decode(encoded, 8);
            return (reason, reason is null && whole.Pixels.AsSpan().SequenceEqual(pixels));
        }
    }

    [TestMethod]
    public void ScansAreCountedByWhatTheySend()
    {
        var (jpeg, firstScanEnd) = JpegImages.Progressive();

        Assert.IsTrue(MissingEnd.HasAllScans(jpeg));
        Assert.IsFalse(MissingEnd.HasAllScans(jpeg.AsSpan(0, firstScanEnd)));
        Assert.IsTrue(MissingEnd.HasAllScans(TestImages.Encode("disc", 1, 64, SKEncodedImageFormat.Jpeg)));

        // To all bits but the last.
        jpeg[^4] = 1;
        Assert.IsFalse(MissingEnd.HasAllScans(jpeg));
        for (var length = 0; length < jpeg.Length; length++)
        {
            Assert.IsFalse(MissingEnd.HasAllScans(jpeg.AsSpan(0, length)));
        }
    }

    [TestMethod]
    public void OtherFormatsWithoutTheirEndAreWhole()
    {
        var png = TestImages.Encode("disc", 1, 64);
        CollectionAssert.AreEqual(Decode(png, 64).Pixels, Decode(png[..^12], 64).Pixels);
        var gif = EncodedImages.Gif(EncodedImages.FourColors, 2);
        CollectionAssert.AreEqual(Decode(gif, 2).Pixels, Decode(gif[..^1], 2).Pixels);

        // Rows of six bytes, filled to eight.
        var bmp = EncodedImages.Bmp(EncodedImages.FourColors, 2);
        CollectionAssert.AreEqual(Decode(bmp, 2).Pixels, Decode(bmp[..^2], 2).Pixels);
        Assert.AreEqual(Truncated, Decode(bmp[..^3], 2).Reason);

        // WebP has no end of its own: what is missing is data.
        Assert.AreEqual(Truncated, Decode(TestImages.Encode("disc", 1, 64, SKEncodedImageFormat.Webp)[..^40], 64).Reason);
    }

    private static (string? Reason, byte[] Pixels) Decode(byte[] encoded, int size)
    {
        using var decoder = new ImageDecoder(TestSets.Decoding(size));
        var pixels = new byte[ImageDecoder.DecodedBytes(size)];
        return (decoder.Decode(new ImageInput(encoded), pixels), pixels);
    }

    private static int FirstOf(byte[] jpeg, byte marker) =>
        Enumerable.Range(0, jpeg.Length).First(i => jpeg[i] == 0xFF && jpeg[i + 1] == marker);
}
