using SkiaSharp;

namespace Plrs.MLNet.Tests.Support;

/// <summary>Images drawn for the tests: a disc, a square or stripes on a dark background, with a little variety by number.</summary>
internal static class TestImages
{
    public static readonly string[] Classes = ["disc", "square", "stripes"];

    public static byte[] Encode(string kind, int number, int size = 24, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = Draw(kind, number, size);
        using var data = bitmap.Encode(format, quality: 90);
        return data.ToArray();
    }

    public static SKBitmap Draw(string kind, int number, int size)
    {
        var bitmap = new SKBitmap(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(new SKColor((byte)(10 + (5 * (number % 4))), 20, 40));
        var unit = size / 8f;
        var shift = number % 3 * unit / 2;
        using var paint = new SKPaint { IsAntialias = true };
        switch (kind)
        {
            case "disc":
                paint.Color = new SKColor(230, (byte)(40 + (number % 5 * 8)), 40);
                canvas.DrawCircle((3.5f * unit) + shift, 4 * unit, 2.5f * unit, paint);
                break;
            case "square":
                paint.Color = new SKColor(40, 220, (byte)(60 + (number % 5 * 8)));
                canvas.DrawRect((1.5f * unit) + shift, 2 * unit, 4 * unit, 4 * unit, paint);
                break;
            case "stripes":
                paint.Color = new SKColor((byte)(70 + (number % 5 * 8)), 80, 240);
                for (var x = shift; x < size; x += 2 * unit)
                {
                    canvas.DrawRect(x, 0, unit, size, paint);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of test image.");
        }

        return bitmap;
    }
}
