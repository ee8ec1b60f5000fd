using SkiaSharp;

namespace Plrs.MLNet.Images;

/// <summary>
/// Turns an image, encoded (JPEG, PNG, WebP, GIF, BMP) or of pixels, into RGB bytes of a fixed size, one plane a colour. It keeps
/// its buffers: one decoder serves one thread at a time.
/// </summary>
internal sealed class ImageDecoder(DecoderSettings settings) : IDisposable
{
    public const int Channels = 3;
    private const int PixelBytes = 4;

    private readonly NativeBuffer _decoded = new();
    private readonly NativeBuffer _resized = new();
    private readonly Resampler _resampler = new();

    /// <summary>The number of bytes that one decoded image takes.</summary>
    public static int DecodedBytes(int size) => Channels * size * size;

    /// <summary>Width and height, as it is looked at, of the image that was decoded last.</summary>
    public (int Width, int Height) SourceSize { get; private set; }

    /// <summary>Decodes one image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="planes">Receives the image: all of red, then green, then blue, each row by row.</param>
    /// <returns>Why the image cannot be used, or <see langword="null"/> when all went well.</returns>
    public unsafe string? Decode(ImageInput image, Span<byte> planes)
    {
        if (image.Bytes.IsEmpty)
        {
            return image.Failure ?? "the image is empty";
        }

        fixed (byte* bytes = image.Bytes)
        {
            if (image.Layout is not { } layout)
            {
                return Decode((nint)bytes, image.Bytes.Length, mayLackEnd: true, planes);
            }

            SourceSize = (layout.Width, layout.Height);
            return Resize((nint)bytes, new SKSizeI(layout.Width, layout.Height), layout.IsBlueFirst, SKEncodedOrigin.TopLeft, planes);
        }
    }

    public void Dispose()
    {
        _decoded.Dispose();
        _resized.Dispose();
        _resampler.Dispose();
    }

    private unsafe string? Decode(nint encoded, int length, bool mayLackEnd, Span<byte> planes)
    {
        var bytes = new ReadOnlySpan<byte>((void*)encoded, length);
        var (reason, format) = DecodeAsItIs(encoded, bytes, planes);

        // The first try has given its memory back: two others follow.
        return mayLackEnd && format is { } incomplete && IsWhole(incomplete, bytes, planes) ? null : reason;
    }

    /// <returns>Why the image cannot be used, and its format where it may lack no more than its end.</returns>
    private (string? Reason, SKEncodedImageFormat? Incomplete) DecodeAsItIs(nint encoded, ReadOnlySpan<byte> bytes, Span<byte> planes)
    {
        using var data = SKData.Create(encoded, bytes.Length);
        using var codec = ImageFormats.Has(bytes) ? SKCodec.Create(data) : null;
        if (codec is null)
        {
            return ("not an image in a format that can be read (JPEG, PNG, WebP, GIF, BMP)", null);
        }

        // A few bytes can claim any size: it is looked at before there is memory for it.
        var claimed = codec.Info.Size;
        if ((long)claimed.Width * claimed.Height > settings.MaximumPixels)
        {
            return (
                $"the image is too large ({claimed.Width} × {claimed.Height} pixels, " +
                $"more than the Images.MaximumPixels of {settings.MaximumPixels})", null);
        }

        var origin = ExifOrientation.Of(codec, bytes);
        var isOnItsSide = origin is SKEncodedOrigin.LeftTop
            or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        SourceSize = isOnItsSide ? (claimed.Height, claimed.Width) : (claimed.Width, claimed.Height);
        var size = DecodedSize(codec);
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var taken = info.BytesSize64 + DecodingMemory.Kept(codec.EncodedFormat, bytes, claimed);
        if (taken > DecodingMemory.MostBytesPerPixel * settings.MaximumPixels)
        {
            return (
                $"decoding the image takes too much memory ({claimed.Width} × {claimed.Height} pixels, " +
                $"interlaced, progressive or lossless: {taken} bytes, " +
                $"more than {DecodingMemory.MostBytesPerPixel} for each of Images.MaximumPixels)", null);
        }

        try
        {
            var pixels = _decoded.Take(info.BytesSize64);
            var result = codec.GetPixels(info, pixels);
            return result switch
            {
                SKCodecResult.Success => (Resize(pixels, size, isBlueFirst: false, origin, planes), null),
                SKCodecResult.IncompleteInput => ("the image is truncated", codec.EncodedFormat),
                _ => ($"the image is damaged ({result})", result == SKCodecResult.InvalidInput ? codec.EncodedFormat : null),
            };
        }
        catch (OutOfMemoryException)
        {
            return ($"there is not enough memory for the image ({size.Width} × {size.Height} pixels)", null);
        }
        finally
        {
            _decoded.Return();
        }
    }

    /// <summary>Whether an image lacks only its end; it is in <paramref name="planes"/> then.</summary>
    private unsafe bool IsWhole(SKEncodedImageFormat format, ReadOnlySpan<byte> encoded, Span<byte> planes)
    {
        if (MissingEnd.Complete(format, encoded) is not { } completed)
        {
            return false;
        }

        var others = new byte[planes.Length];
        fixed (byte* one = completed.One, other = completed.Other)
        {
            return Decode((nint)one, completed.One.Length, mayLackEnd: false, planes) is null
                && Decode((nint)other, completed.Other.Length, mayLackEnd: false, others) is null
                && planes.SequenceEqual(others);
        }
    }

    // JPEG decodes to a fraction of its size at a fraction of the cost; what is left to shrink, the resampler does.
    private SKSizeI DecodedSize(SKCodec codec)
    {
        var full = codec.Info.Size;
        var scaled = codec.GetScaledDimensions(ImagePlacement.LeastScale(settings.Resizing, full, settings.Size));
        return ImagePlacement.Covers(settings.Resizing, scaled, settings.Size) ? scaled : full;
    }

    /// <summary>
    /// Brings pixels to the size, and then the right way up. Alpha is dropped, not blended, as TensorFlow's decoder does.
    /// </summary>
    private unsafe string? Resize(nint pixels, SKSizeI image, bool isBlueFirst, SKEncodedOrigin origin, Span<byte> planes)
    {
        var size = settings.Size;
        var place = ImagePlacement.Of(settings.Resizing, image, size, origin);
        var rowBytes = PixelBytes * image.Width;
        var from = pixels + ((nint)place.Source.Top * rowBytes) + (PixelBytes * place.Source.Left);
        if (image.Width != size || image.Height != size)
        {
            var resizedRowBytes = PixelBytes * size;
            var resized = _resized.Take(resizedRowBytes * size);
            if (place.Target.Width != size || place.Target.Height != size)
            {
                new Span<byte>((void*)resized, resizedRowBytes * size).Clear();
            }

            _resampler.Resize(
                from, place.Source.Size, rowBytes, resized + (place.Target.Top * resizedRowBytes) + (PixelBytes * place.Target.Left),
                place.Target.Size, resizedRowBytes);
            (from, rowBytes) = (resized, resizedRowBytes);
        }

        PlaneSplitter.Split(new ReadOnlySpan<byte>((void*)from, rowBytes * size), isBlueFirst, origin, size, planes);
        return null;
    }
}
