using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Images.Decoding;

/// <summary>Images encoded for the decoder's tests, those that SkiaSharp cannot encode byte by byte.</summary>
internal static class EncodedImages
{
    private const byte GifEnd = 0x3B;

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
    public static byte[] Gif(SKColor[] pixels, int width) =>
        [.. GifHeader(pixels, width, pixels.Length / width), .. GifFrame([.. Enumerable.Range(0, pixels.Length)], width), GifEnd];

    /// <summary>An animated GIF: 2 by 2 pixels of <see cref="FourColors"/>, then frames of one pixel.</summary>
    public static byte[] AnimatedGif() =>
    [
        .. GifHeader(FourColors, 2, 2),
        0x21, 0xF9, 4, 0, 10, 0, 0, 0, .. GifFrame([0, 1, 2, 3], width: 2),
        0x21, 0xF9, 4, 0, 10, 0, 0, 0, .. GifFrame([3], width: 1),
        0x21, 0xF9, 4, 0, 10, 0, 0, 0, .. GifFrame([0], width: 1, left: 1),
        GifEnd,
    ];

    /// <summary>
    /// A GIF of 2 by 2 pixels whose only frame is the pixel at the bottom right, in the last of <see cref="FourColors"/>.
    /// </summary>
    public static byte[] GifOfASmallFrame() => [.. GifHeader(FourColors, 2, 2), .. GifFrame([3], width: 1, left: 1, top: 1), GifEnd];

    private static byte[] GifHeader(SKColor[] colors, int width, int height) =>
    [
        .. "GIF89a"u8, (byte)width, 0, (byte)height, 0, 0x81, 0, 0,
        .. Enumerable.Range(0, 4)
            .SelectMany(i => i < colors.Length ? new[] { colors[i].Red, colors[i].Green, colors[i].Blue } : new byte[3]),
    ];

    private static byte[] GifFrame(int[] pixels, int width, int left = 0, int top = 0)
    {
        // Codes of three bits: 4 clears the table, 5 ends, below are colours. A clear after every pixel keeps them at three bits.
        int[] codes = [.. pixels.SelectMany(pixel => new[] { 4, pixel }), 5];
        var bits = 0L;
        for (var i = 0; i < codes.Length; i++)
        {
            bits |= (long)codes[i] << (3 * i);
        }

        byte[] data = [.. BitConverter.GetBytes(bits).Take(((3 * codes.Length) + 7) / 8)];
        return [0x2C, (byte)left, 0, (byte)top, 0, (byte)width, 0, (byte)(pixels.Length / width), 0, 0, 2, (byte)data.Length, .. data, 0];
    }
}
