namespace Plrs.MLNet.Images;

/// <summary>
/// The formats of encoded images that are read. The decoder knows more (WBMP, ICO, and the raw files of cameras), and takes almost any
/// bytes for one of these: they are never shown to it.
/// </summary>
internal static class ImageFormats
{
    private const int WebPPlace = 8;

    /// <summary>Whether an image begins as one of a known format does.</summary>
    public static bool Has(ReadOnlySpan<byte> encoded) =>
        encoded.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
        || encoded.StartsWith(PngChunks.Signature)
        || encoded.StartsWith("GIF87a"u8) || encoded.StartsWith("GIF89a"u8)
        || encoded.StartsWith("BM"u8)
        || (encoded.StartsWith("RIFF"u8) && encoded.Length > WebPPlace && encoded[WebPPlace..].StartsWith("WEBPVP"u8));
}
