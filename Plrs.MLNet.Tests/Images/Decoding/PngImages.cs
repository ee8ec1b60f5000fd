using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Images.Decoding;

/// <summary>PNG images of the kinds that SkiaSharp does not write.</summary>
internal static class PngImages
{
    public const byte Grey = 0;
    public const byte Rgb = 2;
    public const byte Palette = 3;
    public const byte GreyAlpha = 4;
    public const byte Rgba = 6;

    private static readonly byte[] Signature = [0x89, .. "PNG\r\n\u001a\n"u8];

    /// <summary>An image of given rows.</summary>
    /// <param name="width">The width.</param>
    /// <param name="depth">The bits of a sample.</param>
    /// <param name="kind">What the samples are.</param>
    /// <param name="rows">The bytes of each row.</param>
    /// <param name="palette">The colours, three bytes each.</param>
    /// <param name="transparency">The alpha of the palette's colours.</param>
    public static byte[] Encode(int width, byte depth, byte kind, byte[][] rows, byte[]? palette = null, byte[]? transparency = null)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            zlib.Write([.. rows.SelectMany(row => (byte[])[0, .. row])]);
        }

        return
        [
            .. Signature,
            .. Header(width, rows.Length, depth, kind),
            .. palette is null ? [] : Chunk("PLTE"u8, palette),
            .. transparency is null ? [] : Chunk("tRNS"u8, transparency),
            .. Chunk("IDAT"u8, packed.ToArray()),
            .. Chunk("IEND"u8, []),
        ];
    }

    /// <summary>An image with EXIF's orientation in it.</summary>
    public static byte[] Oriented(SKColor[] pixels, int width, int orientation, bool isLong = false)
    {
        const int HeaderEnd = 33;
        var png = EncodedImages.Encode(pixels, width);
        return [.. png[..HeaderEnd], .. Chunk("eXIf"u8, JpegImages.Exif(orientation, isLong)), .. png[HeaderEnd..]];
    }

    /// <summary>A black square, interlaced.</summary>
    /// <param name="side">The length of its sides.</param>
    /// <param name="depth">The bits of a sample, 8 or 16.</param>
    public static byte[] Interlaced(int side, byte depth)
    {
        (int X, int Y, int Across, int Down)[] passes =
            [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            foreach (var (x, y, across, down) in passes)
            {
                var row = new byte[1 + ((side - x + across - 1) / across * 4 * depth / 8)];
                for (var i = y; i < side; i += down)
                {
                    zlib.Write(row);
                }
            }
        }

        return
        [
            .. Signature, .. Header(side, side, depth, Rgba, isInterlaced: true), .. Chunk("IDAT"u8, packed.ToArray()),
            .. Chunk("IEND"u8, []),
        ];
    }

    /// <summary>The beginning of an image: what it claims to be, without a pixel.</summary>
    public static byte[] HeaderOnly(int width, int height) =>
        [.. Signature, .. Header(width, height, depth: 8, Rgb), 0, 0, 0, 10, .. "IDAT"u8, 0x78, 0x9C];

    private static byte[] Header(int width, int height, byte depth, byte kind, bool isInterlaced = false)
    {
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, depth, kind, 0, 0, (byte)(isInterlaced ? 1 : 0)];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        return Chunk("IHDR"u8, header);
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] content)
    {
        byte[] chunk = [0, 0, 0, 0, .. name, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32(chunk.AsSpan(4, content.Length + 4)));
        return chunk;
    }

    // The checksum of PNG: the CRC of IEEE 802.3.
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
