using System.Buffers.Binary;
using SkiaSharp;

namespace Plrs.MLNet.Images;

/// <summary>
/// The orientation that EXIF gives an image, where the decoder does not see it: in a PNG (its part eXIf), and in a JPEG whose writer made
/// the number a longer one than the standard's.
/// </summary>
internal static class ExifOrientation
{
    private const ushort Tag = 0x0112;
    private const ushort Byte = 1;
    private const ushort Short = 3;
    private const ushort Long = 4;
    private const int EntryBytes = 12;

    /// <summary>How an image is stored.</summary>
    /// <param name="codec">The image's decoder.</param>
    /// <param name="encoded">The image.</param>
    public static SKEncodedOrigin Of(SKCodec codec, ReadOnlySpan<byte> encoded) => codec.EncodedOrigin != SKEncodedOrigin.TopLeft
        ? codec.EncodedOrigin
        : codec.EncodedFormat switch
        {
            SKEncodedImageFormat.Jpeg => OfJpeg(encoded),
            SKEncodedImageFormat.Png => OfPng(encoded),
            _ => SKEncodedOrigin.TopLeft,
        };

    private static SKEncodedOrigin OfJpeg(ReadOnlySpan<byte> jpeg)
    {
        var segments = new JpegSegments(jpeg);
        while (segments.MoveNext() && segments.Marker != JpegSegments.Scan)
        {
            if (segments.Marker == JpegSegments.Exif && segments.Content.StartsWith("Exif\0\0"u8))
            {
                return OfTiff(segments.Content["Exif\0\0"u8.Length..]);
            }
        }

        return SKEncodedOrigin.TopLeft;
    }

    private static SKEncodedOrigin OfPng(ReadOnlySpan<byte> png)
    {
        var chunks = new PngChunks(png);
        while (chunks.MoveNext())
        {
            if (chunks.Name.SequenceEqual("eXIf"u8))
            {
                return OfTiff(chunks.Content);
            }
        }

        return SKEncodedOrigin.TopLeft;
    }

    private static SKEncodedOrigin OfTiff(ReadOnlySpan<byte> tiff)
    {
        var isLittle = tiff.StartsWith("II*\0"u8);
        if ((!isLittle && !tiff.StartsWith("MM\0*"u8)) || tiff.Length < 8 || Number32(tiff[4..]) is var place && place > tiff.Length - 2)
        {
            return SKEncodedOrigin.TopLeft;
        }

        var directory = tiff[(int)place..];
        var entries = Number16(directory);
        directory = directory[2..];
        for (var i = 0; i < entries && directory.Length >= EntryBytes; i++, directory = directory[EntryBytes..])
        {
            if (Number16(directory) == Tag && Number32(directory[4..]) == 1)
            {
                var value = Number16(directory[2..]) switch
                {
                    Byte => (uint)directory[8],
                    Short => Number16(directory[8..]),
                    Long => Number32(directory[8..]),
                    _ => 0u,
                };
                return value is >= 1 and <= 8 ? (SKEncodedOrigin)value : SKEncodedOrigin.TopLeft;
            }
        }

        return SKEncodedOrigin.TopLeft;

        uint Number16(ReadOnlySpan<byte> bytes) =>
            isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

        uint Number32(ReadOnlySpan<byte> bytes) =>
            isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
