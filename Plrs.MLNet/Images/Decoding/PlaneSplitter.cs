using SkiaSharp;

namespace Plrs.MLNet.Images;

/// <summary>Takes square images apart into one plane a colour, and turns them the right way up.</summary>
internal static class PlaneSplitter
{
    /// <summary>Splits an image.</summary>
    /// <param name="pixels">Four bytes a pixel, the last of which is not looked at.</param>
    /// <param name="isBlueFirst">Whether the order is blue, green, red instead of red, green, blue.</param>
    /// <param name="origin">Where the image's first row and column are when it is looked at.</param>
    /// <param name="size">Width and height in pixels.</param>
    /// <param name="planes">Receives all of red, then green, then blue, each row by row as it is looked at.</param>
    public static void Split(ReadOnlySpan<byte> pixels, bool isBlueFirst, SKEncodedOrigin origin, int size, Span<byte> planes)
    {
        var area = size * size;
        var red = planes[..area];
        var green = planes.Slice(area, area);
        var blue = planes.Slice(2 * area, area);
        var redAt = isBlueFirst ? 2 : 0;
        var (first, right, down) = Path(origin, size);
        var target = 0;
        for (var y = 0; y < size; y++)
        {
            var source = first + (y * down);
            for (var x = 0; x < size; x++)
            {
                red[target] = pixels[source + redAt];
                green[target] = pixels[source + 1];
                blue[target] = pixels[source + 2 - redAt];
                source += right;
                target++;
            }
        }
    }

    /// <summary>
    /// Where the top left pixel as it is looked at is stored, and how far it is from there to those right of it and below it.
    /// </summary>
    private static (int First, int Right, int Down) Path(SKEncodedOrigin origin, int size)
    {
        const int Column = 4;
        var row = Column * size;
        var last = size - 1;
        return origin switch
        {
            SKEncodedOrigin.TopRight => (last * Column, -Column, row),
            SKEncodedOrigin.BottomRight => ((last * row) + (last * Column), -Column, -row),
            SKEncodedOrigin.BottomLeft => (last * row, Column, -row),
            SKEncodedOrigin.LeftTop => (0, row, Column),
            SKEncodedOrigin.RightTop => (last * row, -row, Column),
            SKEncodedOrigin.RightBottom => ((last * row) + (last * Column), -row, -Column),
            SKEncodedOrigin.LeftBottom => (last * Column, row, -Column),
            _ => (0, Column, row),
        };
    }
}
