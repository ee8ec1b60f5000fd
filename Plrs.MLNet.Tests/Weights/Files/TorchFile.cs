using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Plrs.MLNet.Tests.Weights.Files;

/// <summary>A row of values of a file that a test makes.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">PyTorch's name of its type, for example <c>FloatStorage</c>.</param>
/// <param name="Count">The number of values that the file claims.</param>
/// <param name="Bytes">The values.</param>
internal sealed record TorchFileStorage(string Key, string Type, long Count, byte[] Bytes)
{
    public static TorchFileStorage Of(string key, params float[] values) =>
        new(key, "FloatStorage", values.Length, System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values).ToArray());
}

/// <summary>Writes files as <c>torch.save</c> does, in both forms, and those that it never would.</summary>
internal static class TorchFile
{
    /// <summary>The zip form.</summary>
    public static byte[] Zip(Action<Pickle> content, CompressionLevel compression, params TorchFileStorage[] storages) =>
        Zip(
            [
                ("data.pkl", Pickle.Bytes(content)),
                ("version", "3\n"u8.ToArray()),
                .. storages.Select(storage => ($"data/{storage.Key}", storage.Bytes)),
            ],
            compression);

    public static byte[] Zip(Action<Pickle> content, params TorchFileStorage[] storages) =>
        Zip(content, CompressionLevel.NoCompression, storages);

    public static byte[] Zip((string Name, byte[] Bytes)[] entries, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                using var entry = archive.CreateEntry($"archive/{name}", compression).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    /// <summary>The form from before PyTorch 1.6.</summary>
    public static byte[] Old(Action<Pickle> content, params TorchFileStorage[] storages)
    {
        using var stream = new MemoryStream();
        stream.Write(Pickle.Bytes(pickle => pickle.Raw([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19])));
        stream.Write(Pickle.Bytes(pickle => pickle.Number(1001)));
        stream.Write(
            Pickle.Bytes(pickle => pickle.Dictionary(("protocol_version", p => p.Number(1001)), ("little_endian", p => p.Raw([0x88])))));
        stream.Write(Pickle.Bytes(content));
        stream.Write(Pickle.Bytes(pickle =>
        {
            pickle.Raw("](");
            foreach (var storage in storages)
            {
                pickle.Text(storage.Key);
            }

            pickle.Raw("e");
        }));
        Span<byte> count = stackalloc byte[8];
        foreach (var storage in storages)
        {
            BinaryPrimitives.WriteInt64LittleEndian(count, storage.Count);
            stream.Write(count);
            stream.Write(storage.Bytes);
        }

        return stream.ToArray();
    }
}

/// <summary>Writes a pickle, instruction by instruction.</summary>
internal sealed class Pickle
{
    private readonly List<byte> _bytes = [];

    public static byte[] Bytes(Action<Pickle> content)
    {
        var pickle = new Pickle();
        pickle.Raw([0x80, 2]);
        content(pickle);
        pickle.Raw(".");
        return [.. pickle._bytes];
    }

    public void Raw(string instructions) => Raw(Encoding.Latin1.GetBytes(instructions));

    public void Raw(params ReadOnlySpan<byte> instructions) => _bytes.AddRange(instructions);

    public void Number(long number)
    {
        Raw([0x8a, 8]);
        Raw(BitConverter.GetBytes(number));
    }

    public void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Raw("X");
        Raw(BitConverter.GetBytes(bytes.Length));
        Raw(bytes);
    }

    public void Numbers(params long[] numbers)
    {
        Raw("(");
        Array.ForEach(numbers, Number);
        Raw("t");
    }

    public void Dictionary(params (string Key, Action<Pickle> Value)[] items)
    {
        Raw("}(");
        foreach (var (key, value) in items)
        {
            Text(key);
            value(this);
        }

        Raw("u");
    }

    public void Global(string module, string name) => Raw($"c{module}\n{name}\n");

    public void Storage(TorchFileStorage storage, Action<Pickle>? view = null)
    {
        Raw("(");
        Text("storage");
        Global("torch", storage.Type);
        Text(storage.Key);
        Text("cpu");
        Number(storage.Count);
        view?.Invoke(this);
        Raw("tQ");
    }

    public void Tensor(TorchFileStorage storage, long[] shape, long[]? strides = null, long offset = 0, Action<Pickle>? view = null)
    {
        Global("torch._utils", "_rebuild_tensor_v2");
        Raw("(");
        Storage(storage, view);
        Number(offset);
        Numbers(shape);
        Numbers(strides ?? [.. shape.Select((_, i) => shape[(i + 1)..].Aggregate(1L, (product, length) => product * length))]);
        Raw([0x89]);
        Global("collections", "OrderedDict");
        Raw(")RtR");
    }
}
