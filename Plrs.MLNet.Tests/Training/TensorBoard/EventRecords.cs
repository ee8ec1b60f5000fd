using System.Buffers.Binary;
using System.Text;

namespace Plrs.MLNet.Tests.Training.TensorBoard;

/// <summary>
/// Reads a TensorBoard file by the format's description alone: records with their checksums, and the fields of their events.
/// </summary>
internal static class EventRecords
{
    // The reversed polynomial of CRC-32C.
    private const uint Polynomial = 0x82f63b78;

    /// <summary>The texts of a file: "version v", "start step" and "tag step value".</summary>
    public static List<string> Read(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        var texts = new List<string>();
        while (bytes.Length > 0)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            Assert.AreEqual(Checksum(bytes[..8]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]), "checksum of a length");
            var data = bytes.Slice(12, length);
            Assert.AreEqual(Checksum(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes[(12 + length)..]), "checksum of an event");
            texts.Add(Event(data));
            bytes = bytes[(16 + length)..];
        }

        return texts;
    }

    public static uint Checksum(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ Polynomial : crc >> 1;
            }
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static string Event(ReadOnlySpan<byte> data)
    {
        var (version, step, text) = ("", 0L, "");
        while (data.Length > 0)
        {
            switch (data[0])
            {
                case 0x09: // 1, 64 bits
                    Assert.IsGreaterThan(1_600_000_000, BinaryPrimitives.ReadDoubleLittleEndian(data[1..]));
                    data = data[9..];
                    break;
                case 0x10: // 2, varint
                    data = data[1..];
                    step = Varint(ref data);
                    break;
                case 0x1a: // 3, text
                    version = Encoding.UTF8.GetString(Bytes(ref data));
                    break;
                case 0x2a: // 5, message
                    text = Value(Bytes(ref data));
                    break;
                case 0x3a: // 7, message
                    Assert.AreEqual("0801", Convert.ToHexString(Bytes(ref data)));
                    text = "start";
                    break;
                default:
                    Assert.Fail($"Field {data[0]:x2} is not of an event.");
                    break;
            }
        }

        return text == "start" ? FormattableString.Invariant($"start {step}")
            : version.Length > 0 ? $"version {version}" : FormattableString.Invariant($"{text.Split('=')[0]} {step} {text.Split('=')[1]}");
    }

    private static string Value(ReadOnlySpan<byte> summary)
    {
        Assert.AreEqual(0x0a, summary[0]);
        var value = Bytes(ref summary);
        Assert.AreEqual(0x0a, value[0]);
        var tag = Encoding.UTF8.GetString(Bytes(ref value));
        var number = 0f;
        if (value.Length > 0)
        {
            Assert.AreEqual(0x15, value[0]); // 2, 32 bits
            number = BinaryPrimitives.ReadSingleLittleEndian(value[1..]);
        }

        return FormattableString.Invariant($"{tag}={number}");
    }

    private static ReadOnlySpan<byte> Bytes(ref ReadOnlySpan<byte> data)
    {
        data = data[1..];
        var length = (int)Varint(ref data);
        var bytes = data[..length];
        data = data[length..];
        return bytes;
    }

    private static long Varint(ref ReadOnlySpan<byte> data)
    {
        var (value, shift) = (0L, 0);
        while (true)
        {
            var part = data[0];
            data = data[1..];
            value |= (long)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }

            shift += 7;
        }
    }
}
