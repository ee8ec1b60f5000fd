namespace Plrs.MLNet;

/// <summary>How an image that is not square becomes square.</summary>
public enum ImageResizing
{
    /// <summary>The whole image is stretched to the size, whatever its shape, as ML.NET's TensorFlow-backed trainer does.</summary>
    Stretch,

    /// <summary>The largest square in the middle of the image is resized; what is beside it is lost.</summary>
    CenterCrop,

    /// <summary>The whole image is resized in its own shape, and what is left on both sides of it is black.</summary>
    Pad,
}
