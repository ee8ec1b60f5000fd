using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Images.Caching;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Images.Decoding;

[TestClass]
public sealed class ImagePlacementTests
{
    [TestMethod]
    [DataRow(ImageResizing.Stretch, 200, 100, "0,0,200,100", "0,0,32,32")]
    [DataRow(ImageResizing.CenterCrop, 200, 100, "50,0,100,100", "0,0,32,32")]
    [DataRow(ImageResizing.CenterCrop, 100, 201, "0,50,100,100", "0,0,32,32")]
    [DataRow(ImageResizing.CenterCrop, 5, 5, "0,0,5,5", "0,0,32,32")]
    [DataRow(ImageResizing.Pad, 200, 100, "0,0,200,100", "0,8,32,16")]
    [DataRow(ImageResizing.Pad, 100, 300, "0,0,100,300", "10,0,11,32")]
    [DataRow(ImageResizing.Pad, 4, 2, "0,0,4,2", "0,8,32,16")]
    [DataRow(ImageResizing.Pad, 100_000, 1, "0,0,100000,1", "0,15,32,1")]
    [DataRow(ImageResizing.Pad, 64, 64, "0,0,64,64", "0,0,32,32")]
    public void PartsOfImageAndSquareAre(ImageResizing resizing, int width, int height, string source, string target)
    {
        var placement = ImagePlacement.Of(resizing, new SKSizeI(width, height), size: 32);

        Assert.AreEqual((source, target), (Format(placement.Source), Format(placement.Target)));
    }

    [TestMethod]
    [DataRow(ImageResizing.Stretch, 320, 640, 0.1f)]
    [DataRow(ImageResizing.CenterCrop, 640, 320, 0.1f)]
    [DataRow(ImageResizing.Pad, 640, 320, 0.05f)]
    [DataRow(ImageResizing.Stretch, 16, 640, 1f)]
    [DataRow(ImageResizing.Pad, 16, 16, 1f)]
    public void TheLeastScaleFillsThePlaceAndNeverGrows(ImageResizing resizing, int width, int height, float scale) =>
        Assert.AreEqual(scale, ImagePlacement.LeastScale(resizing, new SKSizeI(width, height), size: 32));

    [TestMethod]
    public void ACropLosesTheSidesAndPaddingIsBlack()
    {
        // A red, a green and a blue third, each a square.
        SKColor[] row = [.. Colors(SKColors.Red), .. Colors(new SKColor(0, 255, 0)), .. Colors(SKColors.Blue)];
        var wide = EncodedImages.Encode([.. Enumerable.Repeat(row, 16).SelectMany(colors => colors)], width: 48);
        var high = EncodedImages.Encode([.. row.SelectMany(color => Enumerable.Repeat(color, 16))], width: 16);
        foreach (var encoded in new[] { wide, high })
        {
            var cropped = TestSets.Decode(new ImageInput(encoded), size: 8, ImageResizing.CenterCrop);

            Assert.IsFalse(cropped.AsSpan(0, 64).ContainsAnyExcept((byte)0));
            Assert.IsFalse(cropped.AsSpan(64, 64).ContainsAnyExcept((byte)255));
            Assert.IsFalse(cropped.AsSpan(128, 64).ContainsAnyExcept((byte)0));
        }

        // 24 pixels wide, 8 high, from row 8: a third each.
        var padded = TestSets.Decode(new ImageInput(wide), size: 24, ImageResizing.Pad);
        for (var y = 0; y < 24; y++)
        {
            for (var x = 0; x < 24; x++)
            {
                var inside = y is >= 8 and < 16;
                int[] expected = [inside && x < 8 ? 255 : 0, inside && x is >= 8 and < 16 ? 255 : 0, inside && x >= 16 ? 255 : 0];
                if (x % 8 is not 0 and not 7)
                {
                    CollectionAssert.AreEqual(
                        expected,
                        Enumerable.Range(0, 3).Select(plane => (int)padded[(576 * plane) + (24 * y) + x]).ToArray(),
                        $"({x}, {y})");
                }
            }
        }

        static IEnumerable<SKColor> Colors(SKColor color) => Enumerable.Repeat(color, 16);
    }

    [TestMethod]
    public void PaddingIsBlackWhateverWasDecodedBefore()
    {
        using var decoder = new ImageDecoder(TestSets.Decoding(8, ImageResizing.Pad));
        var pixels = new byte[192];
        foreach (var encoded in new[] { EncodedImages.Plain(SKColors.White, 20, 20), EncodedImages.Plain(SKColors.White, 16, 4) })
        {
            Assert.IsNull(decoder.Decode(new ImageInput(encoded), pixels));
        }

        Assert.AreEqual(3 * 16, pixels.Count(value => value == 255));
        Assert.AreEqual(3 * 48, pixels.Count(value => value == 0));
    }

    private static string Format(SKRectI rect) => $"{rect.Left},{rect.Top},{rect.Width},{rect.Height}";
}
