using System.Globalization;
using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.Images;
using SkiaSharp;

namespace Plrs.MLNet.Benchmarks.Decoding;

/// <summary>
/// Ways to shrink photos: how far the pixels are from an area average of the whole photo, what is left of lines too fine for the smaller
/// size, and how many photos a second.
/// </summary>
internal static class ResamplingBenchmark
{
    private const int PixelBytes = 4;
    private const int MostPhotos = 40;
    private const int FineSize = 896;

    private static readonly Resampler Resampler = new();
    private static readonly double[] LinePeriods = [2.0, 2.3, 2.9, 3.7];

    private static readonly (string Name, Action<Photo, byte[], int> Resize)[] Ways =
    [
        (
            "SkiaSharp, linear, nearest mipmap ('medium' of SkiaSharp 2)",
            Skia(new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Nearest))),
        ("SkiaSharp, linear, linear mipmap", Skia(new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear))),
        ("SkiaSharp, Mitchell's cubic ('high' of SkiaSharp 2)", Skia(new SKSamplingOptions(SKCubicResampler.Mitchell))),
        ("SkiaSharp, linear, no mipmap", Skia(new SKSamplingOptions(SKFilterMode.Linear))),
        ($"Plrs.MLNet's, {Images.Resampler.Name}", Own),
    ];

    public static int Run(ImageFolder images)
    {
        var photos = LabeledImage.SomeFromFolder(images.Path, MostPhotos).Select(file => Photo.Decode(file.ImagePath)).ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{photos.Length} photos of {photos.Average(photo => photo.Width):F0}×{photos.Average(photo => photo.Height):F0} " +
            $"pixels on average, to {images.ImageSize}×{images.ImageSize}, one thread"));
        Console.WriteLine();
        var averages = Array.ConvertAll(photos, photo => AreaAverage(photo, images.ImageSize));
        var table = new MarkdownTable("resampling", "error", "lines left", "photos/s");
        foreach (var (name, resize) in Ways)
        {
            var target = new byte[PixelBytes * images.ImageSize * images.ImageSize];
            var error = photos.Zip(averages, (photo, average) =>
            {
                resize(photo, target, images.ImageSize);
                return Distance(target, average);
            }).Average();
            var left = Photo.FineLines(FineSize).Max(lines =>
            {
                resize(lines, target, images.ImageSize);
                return Spread(target);
            });
            var speed = Speed.Measure(photos.Length, () => Array.ForEach(photos, photo => resize(photo, target, images.ImageSize)));
            table.Add(name, Text(error, "F2"), Text(left, "F1"), Text(speed, "F0"));
        }

        table.Print();
        return 0;

        static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static unsafe Action<Photo, byte[], int> Skia(SKSamplingOptions sampling) => (photo, target, size) =>
    {
        fixed (byte* from = photo.Pixels, to = target)
        {
            using var source = new SKPixmap(Info(photo.Width, photo.Height), (nint)from, PixelBytes * photo.Width);
            using var resized = new SKPixmap(Info(size, size), (nint)to, PixelBytes * size);
            if (!source.ScalePixels(resized, sampling))
            {
                throw new InvalidOperationException("SkiaSharp cannot resize the photo.");
            }
        }
    };

    private static unsafe void Own(Photo photo, byte[] target, int size)
    {
        fixed (byte* from = photo.Pixels, to = target)
        {
            Resampler.Resize(
                (nint)from, new SKSizeI(photo.Width, photo.Height), PixelBytes * photo.Width, (nint)to, new SKSizeI(size, size),
                PixelBytes * size);
        }
    }

    /// <summary>Each pixel is the mean of the area that it covers, parts of pixels in proportion.</summary>
    private static double[] AreaAverage(Photo photo, int size)
    {
        var rows = new double[size * photo.Width * 3];
        Add(photo.Height, (from, to, share) =>
        {
            for (var x = 0; x < 3 * photo.Width; x++)
            {
                rows[(to * 3 * photo.Width) + x] += share * photo.Pixels[(PixelBytes * ((from * photo.Width) + (x / 3))) + (x % 3)];
            }
        });
        var average = new double[3 * size * size];
        Add(photo.Width, (from, to, share) =>
        {
            for (var y = 0; y < size; y++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    average[(3 * ((y * size) + to)) + channel] += share * rows[(((y * photo.Width) + from) * 3) + channel];
                }
            }
        });
        return average;

        void Add(int length, Action<int, int, double> add)
        {
            var scale = (double)length / size;
            for (var to = 0; to < size; to++)
            {
                for (var from = (int)(to * scale); from < Math.Min(length, (to + 1) * scale); from++)
                {
                    var covered = Math.Min(from + 1, (to + 1) * scale) - Math.Max(from, to * scale);
                    add(from, to, covered / scale);
                }
            }
        }
    }

    /// <summary>The root of the mean square of the differences, in grey levels of 255.</summary>
    private static double Distance(byte[] pixels, double[] average) =>
        Math.Sqrt(average.Select((value, i) => Math.Pow(value - pixels[(PixelBytes * (i / 3)) + (i % 3)], 2)).Average());

    /// <summary>The standard deviation of the grey levels: fine lines should become one grey.</summary>
    private static double Spread(byte[] pixels)
    {
        var levels = pixels.Where((_, i) => i % PixelBytes == 0).Select(level => (double)level).ToArray();
        var mean = levels.Average();
        return Math.Sqrt(levels.Average(level => Math.Pow(level - mean, 2)));
    }

    private static SKImageInfo Info(int width, int height) => new(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);

    private sealed record Photo(byte[] Pixels, int Width, int Height)
    {
        public static Photo Decode(string path)
        {
            using var bitmap = SKBitmap.Decode(
                path, Info(0, 0) with { Width = SKBitmap.DecodeBounds(path).Width, Height = SKBitmap.DecodeBounds(path).Height });
            return new(bitmap.GetPixelSpan().ToArray(), bitmap.Width, bitmap.Height);
        }

        /// <summary>Upright lines of several widths, all finer than a pixel of the smaller size.</summary>
        public static IEnumerable<Photo> FineLines(int size) => LinePeriods.Select(period => new Photo(
            [.. Enumerable.Range(0, size * size).SelectMany(i => Enumerable.Repeat(Level(i % size, period), PixelBytes))], size, size));

        private static byte Level(int x, double period) => (byte)Math.Round(127.5 * (1 + Math.Cos(2 * Math.PI * x / period)));
    }
}
