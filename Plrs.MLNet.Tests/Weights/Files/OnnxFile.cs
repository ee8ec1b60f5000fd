namespace Plrs.MLNet.Tests.Weights.Files;

/// <summary>Writes ONNX models field by field, with what the library's own writer never writes.</summary>
internal static class OnnxFile
{
    /// <summary>A model with initializers, among the other fields that exporters write.</summary>
    public static byte[] Model(params byte[][] initializers) =>
    [
        .. Number(1, 8),
        .. Bytes(2, "exporter"u8),
        .. Bytes(
            7, [.. Bytes(1, Bytes(4, "Conv"u8)), .. Bytes(2, "graph"u8), .. initializers.SelectMany(initializer => Bytes(5, initializer))]),
        .. Bytes(8, Number(2, 17)),
    ];

    /// <summary>A tensor: its type, its shape in one list, its name, and the values in a field.</summary>
    public static byte[] Tensor(string name, ulong type, long[] shape, int field, byte[] values) =>
        [.. Bytes(1, Varints(shape)), .. Number(2, type), .. Bytes(8, System.Text.Encoding.UTF8.GetBytes(name)), .. Bytes(field, values)];

    public static byte[] Number(int field, ulong number) => [.. Varint((ulong)field << 3), .. Varint(number)];

    public static byte[] Bytes(int field, ReadOnlySpan<byte> bytes) =>
        [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    public static byte[] Varints(params long[] numbers) => [.. numbers.SelectMany(number => Varint(unchecked((ulong)number)))];

    private static IEnumerable<byte> Varint(ulong number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            yield return (byte)(number | 0x80);
        }

        yield return (byte)number;
    }
}
