using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using SkiaSharp;

namespace Flowers.WebApi;

/// <summary>
/// Takes the image out of a request: its body, or the first file of a form. What is wrong with it is a <see cref="UploadException"/>.
/// </summary>
internal static class ImageUpload
{
    /// <summary>What a request of another content type is told.</summary>
    public const string NotAnImage =
        "Send an image in a format that can be read (JPEG, PNG, WebP, GIF or BMP), " +
        $"as image/jpeg for example, or as the file of a form, {FormType}.";

    /// <summary>The content type of a form with a file.</summary>
    public const string FormType = "multipart/form-data";

    // RFC 2046.
    private const int LongestBoundary = 70;

    private const int WebPPlace = 8;

    /// <summary>The content types that can be sent.</summary>
    public static string[] ContentTypes { get; } = [FormType, "image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp"];

    /// <summary>The image's file, whose header has been looked at; its pixels have not.</summary>
    public static async Task<byte[]> ReadAsync(HttpRequest request, Limits limits)
    {
        try
        {
            var image = await ReadBytesAsync(await FindAsync(request), limits.MaximumBytes, request.HttpContext.RequestAborted);
            Check(image, limits.MaximumPixels);
            return image;
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new UploadException(StatusCodes.Status400BadRequest, $"The request cannot be read: {e.Message}");
        }
    }

    private static async Task<Stream> FindAsync(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            throw new UploadException(StatusCodes.Status415UnsupportedMediaType, NotAnImage);
        }

        if (!type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase))
        {
            return request.Body;
        }

        // Read section by section, so that no file is written to the disk on its way.
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (boundary is not { Length: > 0 and <= LongestBoundary })
        {
            throw new InvalidDataException(
                string.IsNullOrEmpty(boundary)
                    ? "The form has no boundary."
                    : $"The form's boundary has {boundary.Length} characters, more than {LongestBoundary}.");
        }

        var form = new MultipartReader(boundary, request.Body);
        while (await form.ReadNextSectionAsync(request.HttpContext.RequestAborted) is { } section)
        {
            if (IsFile(section))
            {
                return section.Body;
            }
        }

        throw new UploadException(
            StatusCodes.Status400BadRequest, "The form has no file: none of its parts has a file name, or the content type of an image.");
    }

    private static bool IsFile(MultipartSection section) =>
        section.GetContentDispositionHeader()?.IsFileDisposition() == true
        || (MediaTypeHeaderValue.TryParse(section.ContentType, out var type)
            && type.Type.Equals("image", StringComparison.OrdinalIgnoreCase));

    private static async Task<byte[]> ReadBytesAsync(Stream stream, int most, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[64 << 10];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > most)
            {
                throw new UploadException(
                    StatusCodes.Status413PayloadTooLarge, FormattableString.Invariant($"The image's file has more than {most:N0} bytes."));
            }
        }

        return bytes.ToArray();
    }

    // SkiaSharp reads other formats, too, one of them from almost any bytes.
    private static bool HasFormat(ReadOnlySpan<byte> image) =>
        image.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
        || image.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G'])
        || image.StartsWith("GIF8"u8)
        || image.StartsWith("BM"u8)
        || (image.StartsWith("RIFF"u8) && image.Length > WebPPlace && image[WebPPlace..].StartsWith("WEBP"u8));

    // A few bytes can claim any number of pixels: the header says it before there is memory for them.
    private static void Check(byte[] image, long mostPixels)
    {
        if (image.Length == 0)
        {
            throw new UploadException(StatusCodes.Status400BadRequest, "The image is empty.");
        }

        using var data = SKData.CreateCopy(image);
        using var codec = (HasFormat(image) ? SKCodec.Create(data) : null)
            ?? throw new UploadException(
                StatusCodes.Status415UnsupportedMediaType,
                "This is not an image in a format that can be read: JPEG, PNG, WebP, GIF or BMP.");
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > mostPixels)
        {
            throw new UploadException(
                StatusCodes.Status413PayloadTooLarge,
                FormattableString.Invariant(
                    $"The image has {width:N0} × {height:N0} pixels, more than the {mostPixels:N0} that are allowed."));
        }
    }
}

/// <summary>A request that has no image which can be used; the message says why.</summary>
internal sealed class UploadException(int statusCode, string message) : Exception(message)
{
    /// <summary>The status of the answer.</summary>
    public int StatusCode { get; } = statusCode;
}
