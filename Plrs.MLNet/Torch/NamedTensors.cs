using System.Text;
using static TorchSharp.torch;

namespace Plrs.MLNet.Torch;

/// <summary>
/// Tensors by name as bytes: their number, then for each its name, its type, its shape and its values (little-endian, row-major).
/// Reading fills tensors that are there already, in whatever order they come: names and sizes that a file claims are compared, never
/// trusted.
/// </summary>
internal static class NamedTensors
{
    /// <summary>The number of bytes that tensors take.</summary>
    public static long Length(IReadOnlyDictionary<string, Tensor> tensors) => sizeof(int) + tensors.Sum(entry =>
        sizeof(int) + Encoding.UTF8.GetByteCount(entry.Key)
        + sizeof(byte)
        + sizeof(int) + (sizeof(long) * (long)entry.Value.shape.Length)
        + (entry.Value.ElementSize * entry.Value.numel()));

    public static void Write(BinaryWriter writer, IReadOnlyDictionary<string, Tensor> tensors)
    {
        writer.Write(tensors.Count);
        foreach (var (name, tensor) in tensors)
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

    /// <summary>Fills tensors with the values that were written under their names.</summary>
    /// <exception cref="FormatException">
    /// A tensor is missing, is none of those to fill, or has another type or shape; or the data is damaged.
    /// </exception>
    /// <exception cref="EndOfStreamException">The data ends too early.</exception>
    public static void Read(BinaryReader reader, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var missing = new HashSet<string>(tensors.Keys, StringComparer.Ordinal);
        var longest = missing.Select(Encoding.UTF8.GetByteCount).DefaultIfEmpty(0).Max();
        var count = reader.ReadInt32();
        for (var i = 0; i < count; i++)
        {
            var name = ReadName(reader, longest);
            if (!tensors.TryGetValue(name, out var tensor))
            {
                throw new FormatException($"it has a tensor '{name}', which does not belong there");
            }

            if (!missing.Remove(name))
            {
                throw new FormatException($"it has the tensor '{name}' twice");
            }

            CheckKind(reader, name, tensor);
            TensorBytes.Read(reader, tensor);
        }

        if (missing.Count > 0)
        {
            throw new FormatException($"it has no tensor '{missing.Order(StringComparer.Ordinal).First()}'");
        }
    }

    private static string ReadName(BinaryReader reader, int longest)
    {
        var length = reader.ReadInt32();
        if (length < 0 || length > longest)
        {
            throw new FormatException($"it has a tensor with a name of {length} bytes, which does not belong there");
        }

        var bytes = new byte[length];
        reader.BaseStream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static void CheckKind(BinaryReader reader, string name, Tensor tensor)
    {
        var type = (ScalarType)reader.ReadByte();
        if (type != tensor.dtype)
        {
            throw new FormatException($"its tensor '{name}' is of type {type}, not {tensor.dtype}");
        }

        var rank = reader.ReadInt32();
        if (rank != tensor.shape.Length)
        {
            throw new FormatException($"its tensor '{name}' has {rank} dimensions, not {tensor.shape.Length}");
        }

        var shape = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            shape[i] = reader.ReadInt64();
        }

        if (!shape.AsSpan().SequenceEqual(tensor.shape))
        {
            throw new FormatException(
                $"its tensor '{name}' has the shape [{string.Join(", ", shape)}], not [{string.Join(", ", tensor.shape)}]");
        }
    }
}
