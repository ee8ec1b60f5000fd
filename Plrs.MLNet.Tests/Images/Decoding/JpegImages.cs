using System.Buffers.Binary;
using System.Numerics;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Images.Decoding;

/// <summary>JPEG images of the kinds that SkiaSharp does not write.</summary>
internal static class JpegImages
{
    /// <summary>An image of 8 by 8 equal pixels in CMYK as Adobe's programs write it: 255 is no ink.</summary>
    public static byte[] Cmyk(byte cyan, byte magenta, byte yellow, byte black)
    {
        var bits = "";
        foreach (var value in new[] { cyan, magenta, yellow, black })
        {
            // A block is its mean alone: how many bits, the bits, and the end of the block.
            var mean = value - 128;
            var length = mean == 0 ? 0 : BitOperations.Log2((uint)Math.Abs(mean)) + 1;
            var code = mean < 0 ? mean + (1 << length) - 1 : mean;
            bits += Convert.ToString(length, 2).PadLeft(4, '0') + (length == 0 ? "" : Convert.ToString(code, 2).PadLeft(length, '0')) + "0";
        }

        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '1');
        byte[] data = [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(8 * i, 8), 2))];
        return
        [
            0xFF, 0xD8,
            .. Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]),
            .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)8, 64)]),
            .. Segment(0xC0, [8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0]),
            .. Segment(0xC4, [0x00, 0, 0, 0, 9, .. new byte[12], 0, 1, 2, 3, 4, 5, 6, 7, 8]),
            .. Segment(0xC4, [0x10, 1, .. new byte[15], 0]),
            .. Segment(0xDA, [4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]),
            .. data.SelectMany(value => value == 0xFF ? new byte[] { 0xFF, 0 } : [value]),
            0xFF, 0xD9,
        ];
    }

    /// <summary>
    /// A progressive image of 8 by 8 grey pixels: a scan with their mean, then one with a wave of the given height across them.
    /// </summary>
    /// <returns>The image, and its length up to the end of the first scan.</returns>
    public static (byte[] Image, int FirstScanEnd) Progressive()
    {
        // The mean: no difference from grey, "0", and filling. The wave: a value of three bits at once, "0" and "111", and the block's end,
        // "10".
        byte[] first =
        [
            0xFF, 0xD8,
            .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)100, 64)]),
            .. Segment(0xC2, [8, 0, 8, 0, 8, 1, 1, 0x11, 0]),
            .. Segment(0xC4, [0x00, 1, .. new byte[15], 0]),
            .. Segment(0xDA, [1, 1, 0, 0, 0, 0]), 0b0111_1111,
        ];
        return (
            [
                .. first,
                .. Segment(0xC4, [0x10, 1, 1, .. new byte[14], 3, 0]),
                .. Segment(0xDA, [1, 1, 0, 1, 63, 0]), 0b0111_1011,
                0xFF, 0xD9,
            ],
            first.Length);
    }

    /// <summary>An image with EXIF's orientation in it.</summary>
    public static byte[] Oriented(SKColor[] pixels, int width, int orientation, bool isLong = false)
    {
        var jpeg = EncodedImages.Encode(pixels, width, SKEncodedImageFormat.Jpeg);
        return [.. jpeg[..2], .. Segment(0xE1, [.. "Exif\0\0"u8, .. Exif(orientation, isLong)]), .. jpeg[2..]];
    }

    /// <summary>EXIF with an orientation alone, in a number of two bytes or of four.</summary>
    public static byte[] Exif(int orientation, bool isLong = false)
    {
        byte[] value = isLong ? [0, 0, 0, (byte)orientation] : [0, (byte)orientation, 0, 0];
        return [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, (byte)(isLong ? 4 : 3), 0, 0, 0, 1, .. value, 0, 0, 0, 0];
    }

    /// <summary>A square of one colour whose scans cannot be decoded from top to bottom.</summary>
    /// <param name="side">The length of its sides, at most 65,535.</param>
    /// <param name="components">1 for grey, 3 for colours, 4 for CMYK.</param>
    /// <param name="isProgressive">Whether it is progressive; otherwise, it has a scan for each component.</param>
    /// <param name="isHalved">Whether the components after the first have half as many values in both directions.</param>
    public static byte[] InSeveralScans(int side, int components, bool isProgressive = true, bool isHalved = false)
    {
        byte[] numbers = [.. Enumerable.Range(1, components).Select(i => (byte)i)];
        byte[] frame =
        [
            8, (byte)(side >> 8), (byte)side, (byte)(side >> 8), (byte)side, (byte)components,
            .. numbers.SelectMany(i => new byte[] { i, (byte)(isHalved && i == 1 ? 0x22 : 0x11), 0 }),
        ];

        // Each block is one bit, 0, for "as the one before", and in a scan that is not progressive another for its end.
        var blocks = (side + 15) / 16 * 2 * ((side + 15) / 16 * 2);
        byte[] beginning =
        [
            0xFF, 0xD8, .. components == 4 ? Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]) : [],
            .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)100, 64)]), .. Segment((byte)(isProgressive ? 0xC2 : 0xC0), frame),
            .. Segment(0xC4, [0x00, 1, .. new byte[15], 0]), .. Segment(0xC4, [0x10, 1, .. new byte[15], 0]),
        ];
        return isProgressive
            ?
            [
                .. beginning, .. Segment(0xDA, [(byte)components, .. numbers.SelectMany(i => new byte[] { i, 0 }), 0, 0, 0]),
                .. new byte[(blocks * components / 8) + 1], 0xFF, 0xD9,
            ]
            :
            [
                .. beginning,
                .. numbers.SelectMany(i => (byte[])[.. Segment(0xDA, [1, i, 0, 0, 63, 0]), .. new byte[(blocks / 4) + 1]]), 0xFF, 0xD9,
            ];
    }

    private static byte[] Segment(byte marker, byte[] content)
    {
        byte[] segment = [0xFF, marker, 0, 0, .. content];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(content.Length + 2));
        return segment;
    }
}
