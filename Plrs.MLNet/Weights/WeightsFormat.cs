using System.Text;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet.Weights;

/// <summary>
/// A network's weights as the bytes of a model file: the number of tensors, then for each its name, its type, its shape and its values
/// (little-endian, row by row). A reader knows all but the values beforehand: what a file claims is compared, never trusted.
/// </summary>
internal static class WeightsFormat
{
    private const byte Int64 = 4;
    private const byte Float32 = 6;

    /// <summary>The number of bytes that a network's weights take.</summary>
    public static long Length(INetworkLayout layout) => sizeof(int) + layout.Tensors.Sum(tensor =>
        sizeof(int) + Encoding.UTF8.GetByteCount(tensor.Name)
        + sizeof(byte)
        + sizeof(int) + (sizeof(int) * (long)tensor.Shape.Length)
        + tensor.Bytes);

    public static void Write(BinaryWriter writer, NetworkWeights weights)
    {
        writer.Write(weights.Layout.Tensors.Count);
        foreach (var tensor in weights.Layout.Tensors)
        {
            var name = Encoding.UTF8.GetBytes(tensor.Name);
            writer.Write(name.Length);
            writer.Write(name);
            writer.Write(Type(tensor));
            writer.Write(tensor.Shape.Length);
            foreach (var length in tensor.Shape)
            {
                writer.Write(length);
            }

            writer.Write(weights[tensor.Name].Bytes);
        }
    }

    /// <summary>Reads the weights of a network.</summary>
    /// <exception cref="FormatException">The weights are those of another network, or damaged.</exception>
    /// <exception cref="EndOfStreamException">The data ends too early.</exception>
    public static NetworkWeights Read(BinaryReader reader, INetworkLayout layout)
    {
        Check(reader.ReadInt32() == layout.Tensors.Count, "the number of tensors");
        var tensors = new Dictionary<string, WeightTensor>(layout.Tensors.Count);
        foreach (var tensor in layout.Tensors)
        {
            CheckName(reader, tensor.Name);
            Check(reader.ReadByte() == Type(tensor), $"the type of '{tensor.Name}'");
            Check(reader.ReadInt32() == tensor.Shape.Length, $"the rank of '{tensor.Name}'");
            foreach (var length in tensor.Shape)
            {
                Check(reader.ReadInt32() == length, $"the shape of '{tensor.Name}'");
            }

            var values = GC.AllocateUninitializedArray<byte>(checked((int)tensor.Bytes));
            reader.BaseStream.ReadExactly(values);
            tensors.Add(tensor.Name, new WeightTensor(values));
        }

        return new NetworkWeights(layout, tensors);
    }

    private static byte Type(NetworkTensor tensor) => tensor.IsInteger ? Int64 : Float32;

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
