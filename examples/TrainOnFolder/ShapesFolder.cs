using System.Globalization;
using SkiaSharp;

namespace TrainOnFolder;

/// <summary>Draws a small folder of shapes to train on: a subfolder for each shape, the same images every time.</summary>
internal static class ShapesFolder
{
    public const int ImagesPerShape = 20;

    private const int Seed = 1;
    private const int Size = 64;

    private static readonly (string Name, Func<SKPath> Outline)[] Shapes =
    [
        ("circle", Circle),
        ("square", () => Polygon(4, 1)),
        ("star", () => Polygon(5, 0.42)),
        ("triangle", () => Polygon(3, 1)),
    ];

    /// <summary>Draws the images; those of an earlier run are written anew.</summary>
    /// <returns>The folder.</returns>
    public static string Draw(string folder)
    {
        var random = new Random(Seed);
        foreach (var (name, outline) in Shapes)
        {
            var subfolder = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            using var path = outline();
            for (var i = 0; i < ImagesPerShape; i++)
            {
                using var image = Draw(path, random);
                using var png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
                using var file = File.Create(Path.Combine(subfolder, string.Create(CultureInfo.InvariantCulture, $"{name}-{i:00}.png")));
                png.SaveTo(file);
            }
        }

        return folder;
    }

    // Size, place, angle and both colours are random, so that only the outline tells the classes apart.
    private static SKImage Draw(SKPath outline, Random random)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Size, Size));
        var hue = Between(random, 0, 360);
        surface.Canvas.Clear(SKColor.FromHsv(hue, Between(random, 10, 50), Between(random, 75, 100)));

        var radius = Between(random, 0.2f * Size, 0.42f * Size);
        surface.Canvas.Translate(Between(random, radius, Size - radius), Between(random, radius, Size - radius));
        surface.Canvas.RotateDegrees(Between(random, 0, 360));
        surface.Canvas.Scale(radius);

        using var paint = new SKPaint { IsAntialias = true };
        paint.Color = SKColor.FromHsv((hue + Between(random, 60, 300)) % 360, Between(random, 60, 100), Between(random, 30, 80));
        surface.Canvas.DrawPath(outline, paint);
        return surface.Snapshot();
    }

    private static SKPath Circle()
    {
        var path = new SKPath();
        path.AddCircle(0, 0, 1);
        return path;
    }

    /// <summary>A regular polygon, or a star where the vertices between the corners are nearer to the centre.</summary>
    private static SKPath Polygon(int corners, double innerRadius)
    {
        var vertices = innerRadius < 1 ? 2 * corners : corners;
        var points = new SKPoint[vertices];
        for (var i = 0; i < vertices; i++)
        {
            var radius = innerRadius < 1 && i % 2 == 1 ? innerRadius : 1;
            var (sin, cos) = Math.SinCos(2 * Math.PI * i / vertices);
            points[i] = new SKPoint((float)(radius * sin), (float)(-radius * cos));
        }

        var path = new SKPath();
        path.AddPoly(points, close: true);
        return path;
    }

    private static float Between(Random random, float minimum, float maximum) => minimum + ((maximum - minimum) * random.NextSingle());
}
