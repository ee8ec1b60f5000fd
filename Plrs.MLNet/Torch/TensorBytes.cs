using static TorchSharp.torch;

namespace Plrs.MLNet.Torch;

/// <summary>A tensor's values as bytes (little-endian, row-major), whatever its device and its layout in memory.</summary>
internal static class TensorBytes
{
    public static void Write(BinaryWriter writer, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        writer.Write(tensor.detach().cpu().contiguous().bytes);
    }

    /// <summary>Fills a tensor with values of one of its type and shape.</summary>
    /// <exception cref="EndOfStreamException">The data ends too early.</exception>
    public static void Read(BinaryReader reader, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var values = empty(tensor.shape, tensor.dtype);
        reader.BaseStream.ReadExactly(values.bytes);
        tensor.copy_(values);
    }
}
