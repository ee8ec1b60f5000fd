using System.Buffers.Binary;
using System.Text.Json;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Weights;

/// <summary>Writes a network's weights as safetensors, with PyTorch's names: see <see cref="SafetensorsReader"/>.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes a file that exists whole or not at all; one that has the name already is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="metadata">Texts about them, by name.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, NetworkWeights weights, IReadOnlyDictionary<string, string> metadata) =>
        WholeFile.Write(path, stream => Write(stream, weights, metadata));

    /// <summary>Writes the bytes of a file.</summary>
    public static void Write(Stream stream, NetworkWeights weights, IReadOnlyDictionary<string, string> metadata)
    {
        // Those of int64 first, so that all values are aligned.
        var tensors = weights.Graph.Tensors.OrderByDescending(tensor => tensor.IsInteger).ToArray();
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafetensorsReader.Metadata);
            foreach (var (key, text) in metadata)
            {
                json.WriteString(key, text);
            }

            json.WriteEndObject();
            var end = 0L;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString(SafetensorsReader.Type, (tensor.IsInteger ? ElementType.Int64 : ElementType.Float32).Safetensors);
                WriteNumbers(json, SafetensorsReader.Shape, [.. tensor.Shape.Select(length => (long)length)]);
                WriteNumbers(json, SafetensorsReader.Offsets, end, end += tensor.Bytes);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (header.Length % Alignment != 0)
        {
            header.WriteByte((byte)' ');
        }

        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        header.WriteTo(stream);
        foreach (var tensor in tensors)
        {
            stream.Write(weights[tensor.Name].Bytes);
        }
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, params ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
