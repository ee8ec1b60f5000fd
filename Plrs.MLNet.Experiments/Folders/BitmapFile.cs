using System.Buffers.Binary;

namespace Plrs.MLNet.Experiments.Folders;

/// <summary>Pixels as a BMP file in memory: an encoded image that costs next to nothing to write and to decode.</summary>
internal static class BitmapFile
{
    private const int HeaderLength = 54;
    private const int BytesPerPixel = 3;

    /// <summary>Writes a square image.</summary>
    /// <param name="planes">Its red, green and blue values, a plane each, in rows from the top.</param>
    /// <param name="size">Its width and height in pixels, a multiple of 4: rows of a BMP file are.</param>
    public static byte[] Write(ReadOnlySpan<byte> planes, int size)
    {
        var pixels = size * size;
        var file = new byte[HeaderLength + (BytesPerPixel * pixels)];
        "BM"u8.CopyTo(file);
        Number(2, file.Length);
        Number(10, HeaderLength);
        Number(14, HeaderLength - 14);
        Number(18, size);
        Number(22, -size); // Rows from the top.
        file[26] = 1;
        file[28] = 8 * BytesPerPixel;
        for (var i = 0; i < pixels; i++)
        {
            var pixel = file.AsSpan(HeaderLength + (BytesPerPixel * i), BytesPerPixel);
            (pixel[2], pixel[1], pixel[0]) = (planes[i], planes[pixels + i], planes[(2 * pixels) + i]);
        }

        return file;

        void Number(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
    }
}
