using System.Runtime.InteropServices;
using SkiaSharp;

namespace Plrs.MLNet.ImageClassification.Data;

/// <summary>
/// Turns an encoded image (JPEG, PNG, WebP, GIF, BMP) into RGB bytes of a fixed size, stretched to it, one plane a colour.
/// It keeps its buffers: one decoder serves one thread at a time.
/// </summary>
internal sealed class ImageDecoder(int size) : IDisposable
{
    public const int Channels = 3;

    // A few bytes can claim any size. This much takes 1 GiB, and is more than cameras have.
    private const long LargestArea = 1L << 28;

    private readonly SKBitmap _resized = new(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque));
    private readonly SKBitmap _decoded = new();

    /// <summary>The number of bytes that one decoded image takes.</summary>
    public static int DecodedBytes(int size) => Channels * size * size;

    /// <summary>Decodes one image.</summary>
    /// <param name="encoded">The encoded image.</param>
    /// <param name="pixels">Receives the image: all of red, then green, then blue, each row by row.</param>
    /// <returns>Why the image cannot be used, or <see langword="null"/> when all went well.</returns>
    public string? Decode(ReadOnlySpan<byte> encoded, Span<byte> pixels)
    {
        if (encoded.IsEmpty)
        {
            return "the image is empty";
        }

        using var data = SKData.CreateCopy(encoded);
        using var codec = SKCodec.Create(data);
        if (codec is null)
        {
            return "not an image in a format that can be read (JPEG, PNG, WebP, GIF, BMP)";
        }

        var decoded = DecodedSize(codec);
        var info = new SKImageInfo(decoded.Width, decoded.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        if ((long)info.Width * info.Height > LargestArea || (_decoded.Info != info && !_decoded.TryAllocPixels(info)))
        {
            return $"the image is too large ({info.Width} × {info.Height} pixels)";
        }

        var result = codec.GetPixels(info, _decoded.GetPixels());
        if (result != SKCodecResult.Success)
        {
            return result == SKCodecResult.IncompleteInput ? "the image is truncated" : $"the image is damaged ({result})";
        }

        // Alpha is dropped, not blended, as TensorFlow's decoder does; Opaque keeps the scaler from blending.
        using var source = new SKPixmap(info.WithAlphaType(SKAlphaType.Opaque), _decoded.GetPixels());
        using var target = _resized.PeekPixels();
        if (info.Width == size && info.Height == size)
        {
            SplitPlanes(source.GetPixelSpan<uint>(), pixels);
            return null;
        }

        if (!source.ScalePixels(target, SKFilterQuality.Medium))
        {
            return "the image cannot be resized";
        }

        SplitPlanes(target.GetPixelSpan<uint>(), pixels);
        return null;
    }

    public void Dispose()
    {
        _resized.Dispose();
        _decoded.Dispose();
    }

    // JPEG decodes to a fraction of its size at a fraction of the cost; what is left to shrink, the scaler does.
    private SKSizeI DecodedSize(SKCodec codec)
    {
        var full = codec.Info.Size;
        var scaled = codec.GetScaledDimensions(Math.Min(1f, Math.Max((float)size / full.Width, (float)size / full.Height)));
        return scaled.Width >= size && scaled.Height >= size ? scaled : full;
    }

    private static void SplitPlanes(ReadOnlySpan<uint> rgba, Span<byte> planes)
    {
        var bytes = MemoryMarshal.AsBytes(rgba);
        var area = rgba.Length;
        var red = planes[..area];
        var green = planes.Slice(area, area);
        var blue = planes.Slice(2 * area, area);
        for (var i = 0; i < area; i++)
        {
            red[i] = bytes[4 * i];
            green[i] = bytes[(4 * i) + 1];
            blue[i] = bytes[(4 * i) + 2];
        }
    }
}
