namespace Plrs.MLNet.Images;

/// <summary>What images are made into. It travels with the model, so that scoring sees what training saw.</summary>
/// <param name="Size">Width and height in pixels.</param>
/// <param name="Resizing">How they get there.</param>
/// <param name="MaximumPixels">The most pixels that an encoded image may have.</param>
internal sealed record DecoderSettings(int Size, ImageResizing Resizing, long MaximumPixels)
{
    /// <summary>The number of bytes of an image that is decoded.</summary>
    public int DecodedBytes => ImageDecoder.DecodedBytes(Size);
}
