using System.Runtime.InteropServices;
using Plrs.MLNet.Images.Decoding;
using static TorchSharp.torch;

namespace Plrs.MLNet.Images.Batching;

/// <summary>Memory for one batch, filled again and again: images (capacity, 3, size, size) as float32, classes (capacity) as int64.</summary>
internal sealed class Batch : IDisposable
{
    private readonly Tensor _images;
    private readonly Tensor _labels;
    private readonly int _imageValues;

    public Batch(int capacity, int imageSize)
    {
        // Made outside any dispose scope of the caller's: a batch outlives the step that first uses it.
        _images = empty([capacity, ImageDecoder.Channels, imageSize, imageSize], ScalarType.Float32).DetachFromDisposeScope();
        _labels = empty([capacity], ScalarType.Int64).DetachFromDisposeScope();
        _imageValues = ImageDecoder.Channels * imageSize * imageSize;
        Capacity = capacity;
    }

    public int Capacity { get; }

    /// <summary>The number of images in it now.</summary>
    public int Count { get; set; }

    /// <summary>Where the float values of one image go.</summary>
    public Span<float> Image(int index) => MemoryMarshal.Cast<byte, float>(_images.bytes).Slice(index * _imageValues, _imageValues);

    public void SetLabel(int index, int label) => MemoryMarshal.Cast<byte, long>(_labels.bytes)[index] = label;

    /// <summary>The images on a device; valid until the batch is filled again.</summary>
    public Tensor Images(Device device) => Filled(_images).to(device);

    /// <summary>The classes on a device; valid until the batch is filled again.</summary>
    public Tensor Labels(Device device) => Filled(_labels).to(device);

    public void Dispose()
    {
        _images.Dispose();
        _labels.Dispose();
    }

    private Tensor Filled(Tensor tensor) => tensor.narrow(0, 0, Count);
}
