using System.Text;
using Plrs.MLNet.Tests.Images.Decoding;
using Plrs.MLNet.Tests.Support;
using SkiaSharp;

namespace Flowers.Tests.Support;

/// <summary>Files that are sent as images and cannot be used.</summary>
internal static class BadImages
{
    /// <summary>A text, to be named .jpg.</summary>
    public static byte[] Text { get; } = Encoding.UTF8.GetBytes("These are no pixels, but words about them.");

    /// <summary>A JPEG whose second half is missing.</summary>
    public static byte[] Truncated { get; } =
        TestImages.Encode("stripes", 1, size: 400, SKEncodedImageFormat.Jpeg) is var jpeg ? jpeg[..(jpeg.Length / 2)] : [];

    /// <summary>A PNG of some KB with 10,000 × 10,000 pixels.</summary>
    public static byte[] Bomb { get; } = PngImages.Encode(10_000, 1, PngImages.Grey, [.. Enumerable.Repeat(new byte[10_000 / 8], 10_000)]);
}
