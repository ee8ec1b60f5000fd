using System.Text;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Networks;

/// <summary>
/// A network's weights and buffers as bytes: the number of tensors, then for each its name, its type, its shape and its
/// values (little-endian, row-major). Reading fills a network that already has the right shapes: sizes that a file claims
/// are compared, never trusted.
/// </summary>
internal static class WeightsFormat
{
    /// <summary>The number of bytes that a network's weights take.</summary>
    public static long Length(nn.Module network) => sizeof(int) + network.state_dict().Sum(entry =>
        sizeof(int) + Encoding.UTF8.GetByteCount(entry.Key)
        + sizeof(byte)
        + sizeof(int) + (sizeof(long) * (long)entry.Value.shape.Length)
        + (entry.Value.ElementSize * entry.Value.numel()));

    public static void Write(BinaryWriter writer, nn.Module network)
    {
        Write(writer, network.state_dict());

        // Its finalizer would dispose of the tensors.
        GC.KeepAlive(network);
    }

    public static void Write(BinaryWriter writer, IReadOnlyDictionary<string, Tensor> state)
    {
        writer.Write(state.Count);
        foreach (var (name, tensor) in state)
        {
            var nameBytes = Encoding.UTF8.GetBytes(name);
            writer.Write(nameBytes.Length);
            writer.Write(nameBytes);
            writer.Write((byte)tensor.dtype);
            writer.Write(tensor.shape.Length);
            foreach (var length in tensor.shape)
            {
                writer.Write(length);
            }

            TensorBytes.Write(writer, tensor);
        }
    }

    /// <summary>Fills the network with weights that were written from one of the same kind.</summary>
    /// <exception cref="FormatException">The weights are those of another network, or damaged.</exception>
    /// <exception cref="EndOfStreamException">The data ends too early.</exception>
    public static void Read(BinaryReader reader, nn.Module network)
    {
        Read(reader, network.state_dict());
        GC.KeepAlive(network);
    }

    /// <summary>The same for tensors that are not a network's own.</summary>
    public static void Read(BinaryReader reader, IReadOnlyDictionary<string, Tensor> state)
    {
        Check(reader.ReadInt32() == state.Count, "the number of tensors");
        foreach (var (name, tensor) in state)
        {
            CheckName(reader, name);
            Check(reader.ReadByte() == (byte)tensor.dtype, $"the type of '{name}'");
            Check(reader.ReadInt32() == tensor.shape.Length, $"the rank of '{name}'");
            foreach (var length in tensor.shape)
            {
                Check(reader.ReadInt64() == length, $"the shape of '{name}'");
            }

            TensorBytes.Read(reader, tensor);
        }
    }

    private static void CheckName(BinaryReader reader, string name)
    {
        var expected = Encoding.UTF8.GetBytes(name);
        Check(reader.ReadInt32() == expected.Length, $"the name of '{name}'");
        var actual = new byte[expected.Length];
        reader.BaseStream.ReadExactly(actual);
        Check(actual.AsSpan().SequenceEqual(expected), $"the name of '{name}'");
    }

    private static void Check(bool expected, string what)
    {
        if (!expected)
        {
            throw new FormatException($"The weights do not fit the network: {what} is not the expected one.");
        }
    }
}
