using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Plrs.MLNet.Images;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Export;

/// <summary>The same images in the three forms that models take: files, decoded pixels, and normalised.</summary>
internal sealed class OnnxImages
{
    private const int Channels = 3;

    /// <summary>Draws coloured noise of a few pixels' grain, so that every image is another one to every network.</summary>
    public OnnxImages(int count, int size)
    {
        Count = count;
        Size = size;
        Pixels = new byte[count * size * size * Channels];
        var random = new Random(size);
        for (var image = 0; image < count; image++)
        {
            var grain = 1 + random.Next(size / 2);
            var colours = new byte[((size / grain) + 1) * ((size / grain) + 1) * Channels];
            random.NextBytes(colours);
            for (var i = 0; i < size * size; i++)
            {
                var (y, x) = (i / size / grain, i % size / grain);
                colours.AsSpan(((y * ((size / grain) + 1)) + x) * Channels, Channels).CopyTo(
                    Pixels.AsSpan(((image * size * size) + i) * Channels));
            }
        }
    }

    public int Count { get; }

    public int Size { get; }

    /// <summary>Row by row, red, green and blue of a pixel side by side.</summary>
    public byte[] Pixels { get; }

    /// <summary>The images as PNG files.</summary>
    public VBuffer<byte>[] Encoded => field ??= [.. Enumerable.Range(0, Count).Select(image =>
    {
        var target = new byte[Size * Size * 4];
        for (var i = 0; i < Size * Size; i++)
        {
            Pixels.AsSpan(((image * Size * Size) + i) * Channels, Channels).CopyTo(target.AsSpan(i * 4));
            target[(i * 4) + Channels] = byte.MaxValue;
        }

        using var bitmap = new SKBitmap(new SKImageInfo(Size, Size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Marshal.Copy(target, 0, bitmap.GetPixels(), target.Length);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return new VBuffer<byte>((int)data.Size, data.ToArray());
    })];

    /// <summary>All of red, then green, then blue of each image, normalised as training does.</summary>
    public float[] Normalize(Normalization normalization)
    {
        var area = Size * Size;
        var planes = new byte[Channels * area];
        var normalized = new float[Pixels.Length];
        for (var image = 0; image < Count; image++)
        {
            for (var i = 0; i < planes.Length; i++)
            {
                planes[i] = Pixels[(image * planes.Length) + (i % area * Channels) + (i / area)];
            }

            normalization.Apply(planes, normalized.AsSpan(image * planes.Length, planes.Length));
        }

        return normalized;
    }
}
