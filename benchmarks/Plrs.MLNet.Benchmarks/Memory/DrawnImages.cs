using SkiaSharp;

namespace Plrs.MLNet.Benchmarks.Memory;

/// <summary>JPEG files to train on: a coloured disc on a coloured ground, no two alike, in two classes.</summary>
internal static class DrawnImages
{
    private const int Classes = 2;
    private const int Quality = 85;

    /// <summary>Writes images into subfolders, one a class.</summary>
    public static void Write(string folder, int count, int size)
    {
        for (var label = 0; label < Classes; label++)
        {
            Directory.CreateDirectory(Path.Combine(folder, $"class{label}"));
        }

        Parallel.For(0, count, i => File.WriteAllBytes(Path.Combine(folder, $"class{i % Classes}", $"{i:D6}.jpg"), Draw(i, size)));
    }

    private static byte[] Draw(int seed, int size)
    {
        var random = new Random(seed);
        using var bitmap = new SKBitmap(size, size);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = Color(random), IsAntialias = true };
        canvas.Clear(Color(random));
        canvas.DrawCircle(random.Next(size), random.Next(size), random.Next(size / 8, size / 2), paint);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return data.ToArray();
    }

    private static SKColor Color(Random random) => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
}
