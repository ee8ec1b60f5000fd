using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Plrs.MLNet.Weights;

/// <summary>
/// Reads the tensors of files that <c>torch.save</c> wrote: zips, and those from before PyTorch 1.6, or written with
/// <c>_use_new_zipfile_serialization=False</c>. Of dictionaries in each other, names are the keys with dots between them; what has no text
/// as its key, as an optimizer's state, is passed over.
/// </summary>
internal static class TorchReader
{
    private const string PickleName = "data.pkl";
    private const long OldProtocol = 1001;
    private const int DeepestNesting = 16;
    private const int VisitCost = 64;
    private static readonly BigInteger OldMagic = BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture);

    /// <summary>Whether a file begins as the older ones do: with a pickle.</summary>
    public static bool RecognisesOld(ReadOnlySpan<byte> beginning) => beginning is [(byte)PickleCode.Protocol, >= 2 and <= 5, ..];

    /// <summary>Reads a zip.</summary>
    /// <exception cref="FormatException">It is damaged, or holds what is no tensor; the message says what.</exception>
    public static IReadOnlyList<FileTensor> ReadZip(FileSource source)
    {
        var zip = new ZipDirectory(source);
        var name = zip.Names.FirstOrDefault(name => name.Split('/') is [_, PickleName])
            ?? throw new FormatException($"it is a zip without the '{PickleName}' that torch.save writes");
        var folder = name[..^PickleName.Length];
        if (zip.Find($"{folder}byteorder") is { } order
            && !order.Source.ReadArray(order.Position, order.Length).AsSpan().SequenceEqual("little"u8))
        {
            throw new FormatException("its values are big-endian, which cannot be read");
        }

        var objects = new TorchObjects();
        var pickle = zip.Find(name)!.Value;
        var content = new PickleReader(pickle.Source, pickle.Position, objects).Read();
        var unpacked = new Dictionary<string, (FileSource Source, long Position)>(StringComparer.Ordinal);
        return ReadTensors(source.Allowance, content, storage =>
        {
            // An entry that is packed is unpacked once.
            if (unpacked.TryGetValue(storage.Key, out var place))
            {
                return place;
            }

            var entry = zip.Find($"{folder}data/{storage.Key}")
                ?? throw new FormatException($"it has no values of its storage '{storage.Key}'");
            CheckLength(storage, entry.Length, storage.Count * storage.Type.Size);
            return unpacked[storage.Key] = (entry.Source, entry.Position);
        });
    }

    /// <summary>Reads a file of the older form: four pickles, a pickle with the keys of the storages, and the storages.</summary>
    /// <inheritdoc cref="ReadZip" path="/exception"/>
    public static IReadOnlyList<FileTensor> ReadOld(FileSource source)
    {
        var objects = new TorchObjects();
        var pickles = new PickleReader(source, 0, objects);
        if (pickles.Read() is not BigInteger magic || magic != OldMagic || pickles.Read() is not OldProtocol)
        {
            throw new FormatException("it is a pickle, but not one that torch.save wrote");
        }

        if (pickles.Read() is PickleDictionary system && system["little_endian"] is false)
        {
            throw new FormatException("its values are big-endian, which cannot be read");
        }

        var content = pickles.Read();
        var keys = pickles.Read() as PickleList
            ?? throw new FormatException("its pickle cannot be read: the keys of its storages are no list");
        var places = new Dictionary<string, (FileSource Source, long Position)>(StringComparer.Ordinal);
        var position = pickles.Position;
        Span<byte> count = stackalloc byte[sizeof(long)];
        foreach (var key in keys.Items)
        {
            if (key is not string name
                || !objects.Storages.TryGetValue(name, out var storage)
                || !places.TryAdd(name, (source, position + count.Length)))
            {
                throw new FormatException("its pickle cannot be read: its list of storages has one twice, or one that nothing refers to");
            }

            source.Read(position, count);
            CheckLength(storage, BinaryPrimitives.ReadInt64LittleEndian(count), storage.Count);
            position += count.Length + (storage.Count * storage.Type.Size);
        }

        return ReadTensors(source.Allowance, content, storage => places.TryGetValue(storage.Key, out var place)
            ? place
            : throw new FormatException($"it has no values of its storage '{storage.Key}'"));
    }

    private static void CheckLength(TorchStorage storage, long found, long expected)
    {
        if (found != expected)
        {
            throw new FormatException($"its storage '{storage.Key}' has {found} in place of {expected} values or bytes");
        }
    }

    private static IReadOnlyList<FileTensor> ReadTensors(
        MemoryAllowance allowance, object? content, Func<TorchStorage, (FileSource Source, long Position)> locate)
    {
        var reader = new TensorReader();
        Visit(content as PickleDictionary ?? throw new FormatException("it holds no dictionary of tensors"), "", 1);
        return reader.Tensors;

        void Visit(PickleDictionary dictionary, string path, int depth)
        {
            if (depth > DeepestNesting)
            {
                throw new FormatException($"its dictionaries are nested more than {DeepestNesting} deep");
            }

            foreach (var (key, value) in dictionary.Items)
            {
                // The same dictionary may be in many others: each visit counts.
                allowance.Take(VisitCost);
                if (key is string name && value is TorchTensor or PickleDictionary)
                {
                    FileSource.CheckName(path.Length + name.Length);
                    allowance.Take(4L * (path.Length + name.Length + 1));
                    name = path + name;
                    if (value is PickleDictionary inner)
                    {
                        Visit(inner, $"{name}.", depth + 1);
                    }
                    else if (value is TorchTensor tensor)
                    {
                        var (source, position) = locate(tensor.Storage);
                        reader.Read(
                            name, source, position + (tensor.Offset * tensor.Storage.Type.Size), tensor.Storage.Type, tensor.Layout);
                    }
                }
            }
        }
    }
}
