using System.Runtime.InteropServices;

namespace Plrs.MLNet.Weights;

/// <summary>The values of one tensor in .NET's memory, little-endian and row by row, as files have them.</summary>
/// <param name="bytes">The values' bytes.</param>
internal sealed class WeightTensor(byte[] bytes)
{
    public byte[] Bytes => bytes;

    /// <summary>The values of a tensor of float32.</summary>
    public ReadOnlySpan<float> Floats => MemoryMarshal.Cast<byte, float>(bytes);

    public static WeightTensor Of(ReadOnlySpan<float> values) => new(MemoryMarshal.AsBytes(values).ToArray());
}
