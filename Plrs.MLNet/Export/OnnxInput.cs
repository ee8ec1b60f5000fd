namespace Plrs.MLNet;

/// <summary>
/// What a model that is saved as ONNX takes. Either way images have the model's size, and any number of them are scored at once.
/// </summary>
public enum OnnxInput
{
    /// <summary>
    /// Normalised images: the input <c>images</c>, float32 of shape (batch, 3, height, width). Each value of red, then green, then blue, is
    /// (value / 255 − mean) / standard deviation, with the mean and the standard deviation of the channel, which are in the file's
    /// metadata.
    /// </summary>
    NormalizedImages,

    /// <summary>
    /// Images as they are decoded: the input <c>pixels</c>, uint8 of shape (batch, height, width, 3), a pixel's red, green and blue side by
    /// side. The file normalises them.
    /// </summary>
    RgbPixels,
}
