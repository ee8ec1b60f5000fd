using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Images.Caching;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Images.Decoding;

[TestClass]
public sealed class OrientationTests
{
    private const int Width = 95;
    private const int Height = 64;
    private const int Block = 16;

    // EXIF 2.3, tag 274: the side at which the first stored row is when the image is looked at, and the side of the first column.
    private static readonly (string Row, string Column)[] Sides =
    [
        ("top", "left"), ("top", "right"), ("bottom", "right"), ("bottom", "left"),
        ("left", "top"), ("right", "top"), ("right", "bottom"), ("left", "bottom"),
    ];

    [TestMethod]
    [DataRow(ImageResizing.Stretch)]
    [DataRow(ImageResizing.CenterCrop)]
    [DataRow(ImageResizing.Pad)]
    public void AllEightOrientationsAreTurnedUpright(ImageResizing resizing)
    {
        foreach (var size in new[] { 12, 32, 33, 64, 95, 96 })
        {
            var upright = TestSets.Decode(
                new ImageInput(EncodedImages.Encode(Picture(), Width, SKEncodedImageFormat.Jpeg)), size, resizing);
            for (var orientation = 1; orientation <= 8; orientation++)
            {
                var (pixels, width) = Stored(Sides[orientation - 1]);

                var turned = TestSets.Decode(new ImageInput(JpegImages.Oriented(pixels, width, orientation)), size, resizing);

                var difference = upright.Zip(turned, (a, b) => Math.Abs(a - b)).Average();
                Assert.IsLessThan(8.0, difference, $"Orientation {orientation}, size {size}");
            }
        }
    }

    [TestMethod]
    public void TheyAreReadWhereTheDecoderDoesNotLook()
    {
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var expected = TestSets.Decode(new ImageInput(JpegImages.Oriented(Picture(), Width, orientation)), size: 32);
            var longer = TestSets.Decode(new ImageInput(JpegImages.Oriented(Picture(), Width, orientation, isLong: true)), size: 32);
            CollectionAssert.AreEqual(expected, longer, $"Orientation {orientation}");
            foreach (var isLong in new[] { false, true })
            {
                var png = TestSets.Decode(new ImageInput(PngImages.Oriented(Picture(), Width, orientation, isLong)), size: 32);
                var difference = expected.Zip(png, (a, b) => Math.Abs(a - b)).Average();
                Assert.IsLessThan(8.0, difference, $"Orientation {orientation} of a PNG");
            }
        }
    }

    [TestMethod]
    public void ExifThatIsDamagedTurnsNothing()
    {
        var upright = TestSets.Decode(new ImageInput(EncodedImages.Encode(Picture(), Width)), size: 32);
        var turned = PngImages.Oriented(Picture(), Width, orientation: 6);
        var exif = turned.AsSpan().IndexOf("eXIf"u8) + 4;
        var changes = 0;
        for (var place = exif; place < exif + JpegImages.Exif(6).Length; place++)
        {
            foreach (var value in new byte[] { 0, 9, 0xFF })
            {
                byte[] damaged = [.. turned];
                damaged[place] = value;
                var decoded = TestSets.Decode(new ImageInput(damaged), size: 32);
                changes += decoded.SequenceEqual(upright) ? 1 : 0;
            }
        }

        Assert.IsGreaterThan(20, changes);
    }

    [TestMethod]
    public void TheOrientationsAreToldApart()
    {
        // The same stored pixels, called otherwise, are eight different images.
        var images = Enumerable.Range(1, 8)
            .Select(orientation => TestSets.Decode(new ImageInput(JpegImages.Oriented(Picture(), Width, orientation)), size: 32))
            .ToList();

        for (var i = 0; i < images.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.IsGreaterThan(
                    30.0, images[i].Zip(images[j], (a, b) => Math.Abs(a - b)).Average(), $"Orientations {i + 1} and {j + 1}");
            }
        }
    }

    [TestMethod]
    public void PixelsAreMovedExactly()
    {
        // Three by three pixels a, b, c … as they are looked at, in the order in which each orientation stores them.
        string[] stored = ["abcdefghi", "cbafedihg", "ihgfedcba", "ghidefabc", "adgbehcfi", "cfibehadg", "ifchebgda", "gdahebifc"];
        byte[] expected = [.. "abcdefghi"u8, .. "ABCDEFGHI"u8, .. "123456789"u8];
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            byte[] pixels = [.. stored[orientation - 1]
                .SelectMany(letter => new[] { (byte)letter, (byte)(letter - 'a' + 'A'), (byte)(letter - 'a' + '1'), (byte)77 })];
            var planes = new byte[27];

            PlaneSplitter.Split(pixels, isBlueFirst: false, (SKEncodedOrigin)orientation, size: 3, planes);

            CollectionAssert.AreEqual(expected, planes, $"Orientation {orientation}");
        }
    }

    /// <summary>Blocks of one colour each, no two alike, so that JPEG changes little and no turn is without effect.</summary>
    private static SKColor[] Picture() => [.. Enumerable.Range(0, Width * Height).Select(i => ColorAt(i % Width, i / Width))];

    private static SKColor ColorAt(int x, int y) =>
        new((byte)(x / Block * 50), (byte)(y / Block * 80), (byte)((((x / Block) * 7) + ((y / Block) * 11)) % 5 * 60));

    private static (SKColor[] Pixels, int Width) Stored((string Row, string Column) sides)
    {
        var isTurned = sides.Row is "left" or "right";
        var (width, height) = isTurned ? (Height, Width) : (Width, Height);
        var pixels = new SKColor[width * height];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                var (x, y) = (0, 0);
                Move(sides.Row, row);
                Move(sides.Column, column);
                pixels[(row * width) + column] = ColorAt(x, y);

                void Move(string side, int distance)
                {
                    (x, y) = side switch
                    {
                        "left" => (distance, y),
                        "right" => (Width - 1 - distance, y),
                        "top" => (x, distance),
                        _ => (x, Height - 1 - distance),
                    };
                }
            }
        }

        return (pixels, width);
    }
}
