namespace Plrs.MLNet.Images;

/// <summary>An image as it comes from a data set: encoded, or as pixels. Without bytes there is no image.</summary>
/// <param name="bytes">The encoded image, or its pixels.</param>
/// <param name="layout">How the pixels lie, or <see langword="null"/> for an encoded image.</param>
internal readonly ref struct ImageInput(ReadOnlySpan<byte> bytes, PixelLayout? layout = null)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public PixelLayout? Layout { get; } = layout;

    /// <summary>Why the image could not be read, or <see langword="null"/>.</summary>
    public string? Failure { get; init; }
}

/// <summary>Pixels of four bytes, row by row from the top, without gaps. The last byte is alpha, and not looked at.</summary>
/// <param name="Width">The pixels in a row.</param>
/// <param name="Height">The rows.</param>
/// <param name="IsBlueFirst">Whether the order is blue, green, red instead of red, green, blue.</param>
internal readonly record struct PixelLayout(int Width, int Height, bool IsBlueFirst);
