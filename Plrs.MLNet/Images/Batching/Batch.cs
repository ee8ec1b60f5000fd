using Plrs.MLNet.Images.Decoding;

namespace Plrs.MLNet.Images.Batching;

/// <summary>
/// Memory for one batch, filled again and again: images (capacity, 3, size, size) as floats, and their classes. The arrays do not move, so
/// native code can be given their addresses.
/// </summary>
internal sealed class Batch
{
    private readonly int _imageValues;

    public Batch(int capacity, int imageSize)
    {
        _imageValues = ImageDecoder.Channels * imageSize * imageSize;
        Capacity = capacity;
        ImageSize = imageSize;
        Images = GC.AllocateUninitializedArray<float>(checked(capacity * _imageValues), pinned: true);
        Labels = GC.AllocateUninitializedArray<long>(capacity, pinned: true);
    }

    public int Capacity { get; }

    /// <summary>The images' width and height in pixels.</summary>
    public int ImageSize { get; }

    /// <summary>The number of images in it now.</summary>
    public int Count { get; set; }

    /// <summary>The values of all images, one after the other.</summary>
    public float[] Images { get; }

    /// <summary>The images' classes, from 0.</summary>
    public long[] Labels { get; }

    /// <summary>Where the values of one image go.</summary>
    public Span<float> Image(int index) => Images.AsSpan(index * _imageValues, _imageValues);

    public void SetLabel(int index, int label) => Labels[index] = label;
}
