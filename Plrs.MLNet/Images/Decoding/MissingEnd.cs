using System.Buffers.Binary;
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
        var at = 2;
        while (at + 4 <= jpeg.Length)
        {
            var marker = jpeg[at + 1];
            if (jpeg[at] != 0xFF || marker is 0xFF)
            {
                at++;
                continue;
            }

            // Stuffing, restarts and other markers without content.
            if (marker is 0 or 1 or (>= 0xD0 and <= 0xD9))
            {
                at += 2;
                continue;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            if (length < 2 || at + 2 + length > jpeg.Length)
            {
                return false;
            }

            var content = jpeg.Slice(at + 4, length - 2);
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                components = content.Length > 6 ? content[6..] : default;
            }
            else if (marker == 0xDA)
            {
                Mark(content, sent);
            }

            at += 2 + length;
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
