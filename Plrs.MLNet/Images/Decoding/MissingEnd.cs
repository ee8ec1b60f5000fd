using SkiaSharp;

namespace Plrs.MLNet.Images;

/// <summary>
/// Helps to find out whether an image that the decoder takes for truncated lacks nothing but its end: a JPEG its end marker, without which
/// its decoder does not give the last rows, a BMP the filling of its last row. (A PNG and a GIF without their ends are whole to their
/// decoders.) The image is completed in two ways that agree in nothing but the end. Where both give the same pixels, none depends on what
/// was added.
/// </summary>
internal static class MissingEnd
{
    private const int FillingBytes = 256;

    // Codes of every kind, and no marker. It begins with a 1: where a marker comes too early, the decoder goes on with zeros.
    private static readonly byte[] Filling = [.. Enumerable.Range(0, FillingBytes).Select(i => (byte)(((151 * i) + 205) % 255))];

    /// <summary>The two completions, or <see langword="null"/> where an image lacks more, or is of another format.</summary>
    public static (byte[] One, byte[] Other)? Complete(SKEncodedImageFormat format, ReadOnlySpan<byte> encoded)
    {
        switch (format)
        {
            case SKEncodedImageFormat.Jpeg when HasAllScans(encoded):
                var data = encoded.TrimEnd((byte)0xFF);
                return ([.. data, 0xFF, 0xD9], [.. data, .. Filling, 0xFF, 0xD9]);
            case SKEncodedImageFormat.Bmp:
                return ([.. encoded, 0, 0, 0], [.. encoded, 0xFF, 0xFF, 0xFF]);
            default:
                return null;
        }
    }

    /// <summary>
    /// Whether the scans of a JPEG, the last of which may be cut off, are to hold all of it. A progressive one that ends between two of its
    /// scans gives all its pixels, but not as they were.
    /// </summary>
    internal static bool HasAllScans(ReadOnlySpan<byte> jpeg)
    {
        Span<ulong> sent = stackalloc ulong[256];
        var components = ReadOnlySpan<byte>.Empty;
        var segments = new JpegSegments(jpeg);
        while (segments.MoveNext())
        {
            if (segments.IsFrame)
            {
                components = segments.Content.Length > 6 ? segments.Content[6..] : default;
            }
            else if (segments.Marker == JpegSegments.Scan)
            {
                Mark(segments.Content, sent);
            }
        }

        if (segments.IsCut)
        {
            return false;
        }

        var isWhole = components.Length >= 3;
        for (var i = 0; i + 3 <= components.Length; i += 3)
        {
            isWhole &= sent[components[i]] == ulong.MaxValue;
        }

        return isWhole;
    }

    // A scan's coefficients, where it sends them to the last bit, in its components.
    private static void Mark(ReadOnlySpan<byte> scan, Span<ulong> sent)
    {
        var count = scan.IsEmpty ? 0 : scan[0];
        if (scan.Length < (2 * count) + 4)
        {
            return;
        }

        var (first, last, bits) = (scan[(2 * count) + 1], scan[(2 * count) + 2], scan[(2 * count) + 3]);
        if ((bits & 0xF) == 0 && first <= last && last < 64)
        {
            for (var i = 0; i < count; i++)
            {
                sent[scan[1 + (2 * i)]] |= (ulong.MaxValue >> (63 - (last - first))) << first;
            }
        }
    }
}
