using SkiaSharp;

namespace Plrs.MLNet.Images;

/// <summary>
/// What decoders keep beside the pixels that they give, as measured with SkiaSharp 3.119: nothing or a few rows for most images, up to
/// eight bytes a pixel for those that cannot be decoded from top to bottom.
/// </summary>
internal static class DecodingMemory
{
    /// <summary>The bytes that decoding may take, for each of the most pixels that an image may have.</summary>
    public const int MostBytesPerPixel = 8;

    private const int CoefficientBytes = 2;
    private const int BlockSide = 8;
    private const int PngDepth = 8;
    private const int PngInterlacing = 12;
    private const int WebPHeaderBytes = 12;
    private const int ChunkHeaderBytes = 8;
    private const int AnimationFrameBytes = 16;

    /// <summary>The bytes that a decoder keeps.</summary>
    /// <param name="format">The image's format.</param>
    /// <param name="encoded">The image.</param>
    /// <param name="size">Its size.</param>
    public static long Kept(SKEncodedImageFormat format, ReadOnlySpan<byte> encoded, SKSizeI size)
    {
        var pixels = (long)size.Width * size.Height;
        return format switch
        {
            SKEncodedImageFormat.Jpeg => OfJpeg(encoded, size),
            SKEncodedImageFormat.Png => pixels * OfPng(encoded),
            SKEncodedImageFormat.Webp => pixels * OfWebP(encoded),
            SKEncodedImageFormat.Gif => 4 * pixels,
            _ => 0,
        };
    }

    /// <summary>
    /// The coefficients of all components, where more than one scan has them: a progressive image, or one with a scan for each component.
    /// </summary>
    private static long OfJpeg(ReadOnlySpan<byte> jpeg, SKSizeI size)
    {
        var components = ReadOnlySpan<byte>.Empty;
        var isProgressive = false;
        var segments = new JpegSegments(jpeg);
        while (segments.MoveNext())
        {
            if (segments.IsFrame)
            {
                components = segments.Content.Length > 6 ? segments.Content[6..] : default;
                isProgressive = (segments.Marker & 0x3) == 2;
            }
            else if (segments.Marker == JpegSegments.Scan)
            {
                return isProgressive || (segments.Content.Length > 0 && segments.Content[0] < components.Length / 3)
                    ? Coefficients(components, size)
                    : 0;
            }
        }

        return 0;
    }

    private static long Coefficients(ReadOnlySpan<byte> components, SKSizeI size)
    {
        var (across, down) = (1, 1);
        for (var i = 1; i < components.Length; i += 3)
        {
            (across, down) = (Math.Max(across, components[i] >> 4), Math.Max(down, components[i] & 0xF));
        }

        var bytes = 0L;
        for (var i = 1; i < components.Length; i += 3)
        {
            bytes += Blocks(size.Width, components[i] >> 4, across) * Blocks(size.Height, components[i] & 0xF, down)
                * BlockSide * BlockSide * CoefficientBytes;
        }

        return bytes;
    }

    // Whole units of as many blocks as each component has in one.
    private static long Blocks(int length, int sampling, int most) =>
        (length + ((long)BlockSide * most) - 1) / (BlockSide * most) * sampling;

    /// <summary>An interlaced image is put together as the file has it.</summary>
    private static int OfPng(ReadOnlySpan<byte> png)
    {
        var chunks = new PngChunks(png);
        return chunks.MoveNext() && chunks.Content.Length > PngInterlacing && chunks.Content[PngInterlacing] != 0
            ? chunks.Content[PngDepth] > 8 ? 8 : 4
            : 0;
    }

    /// <summary>Lossless images are put together as a whole, and so is the alpha of others.</summary>
    private static int OfWebP(ReadOnlySpan<byte> webP)
    {
        var (kept, at) = (0, WebPHeaderBytes);
        while (at + ChunkHeaderBytes <= webP.Length)
        {
            var name = webP.Slice(at, 4);
            var length = BitConverter.ToUInt32(webP.Slice(at + 4, 4));
            at += ChunkHeaderBytes;
            if (name.SequenceEqual("VP8L"u8))
            {
                return 4;
            }

            kept = name.SequenceEqual("ALPH"u8) ? 2 : kept;
            if (name.SequenceEqual("VP8 "u8))
            {
                return kept;
            }

            // A frame of an animation has its image within.
            at = (int)Math.Min(webP.Length, at + (name.SequenceEqual("ANMF"u8) ? AnimationFrameBytes : (length + 1L) / 2 * 2));
        }

        return kept;
    }
}
