using Plrs.MLNet.Images;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Images.Decoding;

[TestClass]
public sealed class ResamplerTests
{
    private const int PixelBytes = 4;

    [TestMethod]
    [DataRow(new byte[] { 0, 100 }, new byte[] { 0, 25, 75, 100 }, DisplayName = "twice as long: a quarter of the neighbour")]
    [DataRow(new byte[] { 0, 0, 80, 80 }, new byte[] { 11, 69 }, DisplayName = "half as long: weights 3, 3, 1 of 7")]
    [DataRow(new byte[] { 9, 200, 31 }, new byte[] { 9, 200, 31 }, DisplayName = "as long")]
    [DataRow(new byte[] { 7 }, new byte[] { 7, 7, 7 }, DisplayName = "a single pixel")]
    public void ALineBecomesWhatOneWorksOutByHand(byte[] line, byte[] expected)
    {
        CollectionAssert.AreEqual(
            expected, Resize(Pixels(line), line.Length, 1, expected.Length, 1)[..].Where((_, i) => i % PixelBytes == 0).ToArray());
        CollectionAssert.AreEqual(
            expected, Resize(Pixels(line), 1, line.Length, 1, expected.Length)[..].Where((_, i) => i % PixelBytes == 0).ToArray());
    }

    [TestMethod]
    [DataRow(37, 23, 8, 8)]
    [DataRow(64, 64, 17, 40)]
    [DataRow(5, 3, 11, 9)]
    [DataRow(300, 2, 7, 5)]
    [DataRow(33, 21, 33, 8)]
    public void ItIsTheFilterInDoublePrecisionRounded(int width, int height, int targetWidth, int targetHeight)
    {
        var pixels = new byte[PixelBytes * width * height];
        new Random(width).NextBytes(pixels);

        var actual = Resize(pixels, width, height, targetWidth, targetHeight);

        for (var y = 0; y < targetHeight; y++)
        {
            for (var x = 0; x < targetWidth; x++)
            {
                for (var channel = 0; channel < PixelBytes; channel++)
                {
                    Assert.AreEqual(
                        Exact(pixels, width, height, targetWidth, targetHeight, x, y, channel),
                        actual[(PixelBytes * ((y * targetWidth) + x)) + channel],
                        0.55,
                        $"({x}, {y}), channel {channel}");
                }
            }
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(100)]
    [DataRow(999)]
    public void APlainAreaStaysAsItIs(int size)
    {
        var pixels = Enumerable.Repeat(new byte[] { 255, 1, 128, 254 }, 100 * 70).SelectMany(pixel => pixel).ToArray();

        var resized = Resize(pixels, 100, 70, size, size);

        for (var i = 0; i < resized.Length; i++)
        {
            Assert.AreEqual(pixels[i % PixelBytes], resized[i]);
        }
    }

    [TestMethod]
    public void OneResamplerGivesTheSameWhateverItDidBefore()
    {
        var pixels = new byte[PixelBytes * 90 * 60];
        new Random(1).NextBytes(pixels);
        using var resampler = new Resampler();
        Resize(resampler, pixels, 90, 60, 5, 70);
        Resize(resampler, pixels, 9, 6, 3, 3);

        CollectionAssert.AreEqual(Resize(pixels, 90, 60, 16, 16), Resize(resampler, pixels, 90, 60, 16, 16));
    }

    private static byte[] Pixels(byte[] line) => [.. line.SelectMany(value => new byte[] { value, 0, 0, 255 })];

    private static byte[] Resize(byte[] pixels, int width, int height, int targetWidth, int targetHeight)
    {
        using var resampler = new Resampler();
        return Resize(resampler, pixels, width, height, targetWidth, targetHeight);
    }

    private static unsafe byte[] Resize(Resampler resampler, byte[] pixels, int width, int height, int targetWidth, int targetHeight)
    {
        var target = new byte[PixelBytes * targetWidth * targetHeight];
        fixed (byte* from = pixels, to = target)
        {
            resampler.Resize(
                (nint)from, new SKSizeI(width, height), PixelBytes * width, (nint)to, new SKSizeI(targetWidth, targetHeight),
                PixelBytes * targetWidth);
        }

        return target;
    }

    private static double Exact(byte[] pixels, int width, int height, int targetWidth, int targetHeight, int x, int y, int channel)
    {
        var (sum, total) = (0.0, 0.0);
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                var weight = Weight(row, y, height, targetHeight) * Weight(column, x, width, targetWidth);
                sum += weight * pixels[(PixelBytes * ((row * width) + column)) + channel];
                total += weight;
            }
        }

        return sum / total;
    }

    private static double Weight(int source, int target, int length, int targetLength)
    {
        var scale = (double)length / targetLength;
        return Math.Max(0, 1 - (Math.Abs(source + 0.5 - ((target + 0.5) * scale)) / Math.Max(1, scale)));
    }
}
