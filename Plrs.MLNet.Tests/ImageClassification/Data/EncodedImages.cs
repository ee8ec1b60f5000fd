using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Plrs.MLNet.Tests.ImageClassification.Data;

/// <summary>Images encoded for the decoder's tests, those that SkiaSharp cannot encode byte by byte.</summary>
internal static class EncodedImages
{
    public static readonly SKColor[] FourColors = [new(255, 0, 0), new(0, 255, 0), new(0, 0, 255), new(250, 200, 10)];

    /// <summary>An image of the given pixels, row by row.</summary>
    public static byte[] Encode(SKColor[] pixels, int width, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, pixels.Length / width, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        byte[] bytes = [.. pixels.SelectMany(color => new[] { color.Red, color.Green, color.Blue, color.Alpha })];
        Marshal.Copy(bytes, 0, bitmap.GetPixels(), bytes.Length);
        using var data = bitmap.Encode(format, quality: 100);
        return data.ToArray();
    }

    /// <summary>An image in which every pixel has the same colour.</summary>
    public static byte[] Plain(SKColor color, int width, int height, SKEncodedImageFormat format = SKEncodedImageFormat.Png) =>
        Encode([.. Enumerable.Repeat(color, width * height)], width, format);

    /// <summary>A bitmap of 24 bits a pixel.</summary>
    public static byte[] Bmp(SKColor[] pixels, int width)
    {
        const int HeaderBytes = 54;
        var height = pixels.Length / width;
        var rowBytes = ((3 * width) + 3) / 4 * 4;
        var file = new byte[HeaderBytes + (rowBytes * height)];
        file[0] = (byte)'B';
        file[1] = (byte)'M';
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), 24);
        for (var i = 0; i < pixels.Length; i++)
        {
            // The lowest row comes first.
            var place = HeaderBytes + ((height - 1 - (i / width)) * rowBytes) + (3 * (i % width));
            (file[place], file[place + 1], file[place + 2]) = (pixels[i].Blue, pixels[i].Green, pixels[i].Red);
        }

        return file;
    }

    /// <summary>A GIF of at most four pixels, each with a colour of its own.</summary>
    public static byte[] Gif(SKColor[] pixels, int width)
    {
        // Codes of three bits: 4 clears the table, 5 ends, below are colours. A clear after every pixel keeps them at three bits.
        int[] codes = [.. Enumerable.Range(0, pixels.Length).SelectMany(pixel => new[] { 4, pixel }), 5];
        var bits = 0L;
        for (var i = 0; i < codes.Length; i++)
        {
            bits |= (long)codes[i] << (3 * i);
        }

        byte[] data = [.. BitConverter.GetBytes(bits).Take(((3 * codes.Length) + 7) / 8)];
        var height = pixels.Length / width;
        return
        [
            .. "GIF89a"u8, (byte)width, 0, (byte)height, 0, 0x81, 0, 0,
            .. Enumerable.Range(0, 4).SelectMany(i => i < pixels.Length ? new[] { pixels[i].Red, pixels[i].Green, pixels[i].Blue } : new byte[3]),
            0x2C, 0, 0, 0, 0, (byte)width, 0, (byte)height, 0, 0,
            2, (byte)data.Length, .. data, 0, 0x3B,
        ];
    }

    /// <summary>The beginning of a PNG: what it claims to be, without a pixel.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        byte[] header = [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(20), height);
        var checksum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32(header.AsSpan(12)));
        return [.. header, .. checksum, 0, 0, 0, 10, .. "IDAT"u8, 0x78, 0x9C];
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
