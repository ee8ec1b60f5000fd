using System.Buffers.Binary;
using System.Text.Json;

namespace Plrs.MLNet.Weights;

/// <summary>
/// Reads safetensors: the length of a header (uint64), the header, a JSON object with type, shape and place of each tensor, and the values.
/// They fill the rest of the file without gaps.
/// </summary>
internal static class SafetensorsReader
{
    internal const string Metadata = "__metadata__";
    internal const string Type = "dtype";
    internal const string Shape = "shape";
    internal const string Offsets = "data_offsets";
    private const int LengthBytes = sizeof(ulong);
    private const int LongestHeader = 100_000_000;

    /// <summary>What an entry of the header takes until its tensor is read, but for a long name.</summary>
    private const int EntryCost = 1024;

    /// <summary>Whether a file begins as safetensors do.</summary>
    public static bool Recognises(ReadOnlySpan<byte> beginning) =>
        beginning.Length > LengthBytes + 1
            && beginning[LengthBytes..] is [(byte)'{', (byte)'"' or (byte)'}' or (byte)' ' or (byte)'\n', ..];

    /// <summary>Reads all tensors, in the order of their values.</summary>
    /// <exception cref="FormatException">The file is damaged; the message says how.</exception>
    public static IReadOnlyList<FileTensor> Read(FileSource source)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        source.Read(0, length);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (headerLength > LongestHeader || (long)headerLength > source.Length - LengthBytes)
        {
            throw new FormatException(
                $"its header claims {headerLength} bytes; " +
                $"it has {source.Length - LengthBytes} bytes behind that number, and a header has at most {LongestHeader}");
        }

        var header = source.ReadArray(LengthBytes, (long)headerLength);
        var entries = ReadHeader(header, source.Allowance);
        var data = LengthBytes + header.Length;
        CheckPlaces(entries, source.Length - data);
        var reader = new TensorReader();
        foreach (var entry in entries)
        {
            reader.Read(entry.Name, source, data + entry.Begin, entry.Type, entry.Layout);
        }

        return reader.Tensors;
    }

    private static List<Entry> ReadHeader(byte[] header, MemoryAllowance allowance)
    {
        try
        {
            var json = new Utf8JsonReader(header);
            Expect(ref json, JsonTokenType.StartObject);
            var entries = new List<Entry>();
            while (Next(ref json) != JsonTokenType.EndObject)
            {
                allowance.Take(EntryCost);
                var name = Text(ref json);
                if (name == Metadata)
                {
                    // Texts, which nothing here needs.
                    Expect(ref json, JsonTokenType.StartObject);
                    json.Skip();
                }
                else
                {
                    entries.Add(ReadEntry(ref json, name));
                }
            }

            // Nothing but white space may follow.
            json.Read();
            return entries;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"its header is damaged: {e.Message}", e);
        }
    }

    private static Entry ReadEntry(ref Utf8JsonReader json, string name)
    {
        Expect(ref json, JsonTokenType.StartObject);
        (string? type, List<long>? shape, List<long>? offsets) = (null, null, null);
        while (Next(ref json) != JsonTokenType.EndObject)
        {
            switch (Text(ref json))
            {
                case Type when type is null:
                    Expect(ref json, JsonTokenType.String);
                    type = Text(ref json);
                    break;
                case Shape when shape is null:
                    shape = ReadNumbers(ref json, name);
                    break;
                case Offsets when offsets is null:
                    offsets = ReadNumbers(ref json, name);
                    break;
                case var other:
                    throw new FormatException(
                        $"the header's entry of its tensor '{name}' has '{other}', which does not belong there or was there before");
            }
        }

        if (type is null || shape is null || offsets is not [var begin, var end])
        {
            throw new FormatException(
                $"the header's entry of its tensor '{name}' lacks one of '{Type}', '{Shape}' and the two '{Offsets}'");
        }

        var elementType = ElementType.OfSafetensors(type)
            ?? throw new FormatException($"its tensor '{name}' is of type {type}, which cannot be read");
        var layout = TensorLayout.Contiguous(shape);
        return begin >= 0 && end >= begin && end - begin == layout.Count * elementType.Size
            ? new Entry(name, elementType, layout, begin, end)
            : throw new FormatException(
                $"its tensor '{name}' of shape [{string.Join(", ", shape)}] and type {type} cannot have the bytes from {begin} to {end}");
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader json, string name)
    {
        Expect(ref json, JsonTokenType.StartArray);
        var numbers = new List<long>();
        while (Next(ref json) != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var number) || numbers.Count == TensorLayout.MostDimensions)
            {
                throw new FormatException(
                    $"the header's entry of its tensor '{name}' has a list that is not one of whole numbers, " +
                    $"at most {TensorLayout.MostDimensions}");
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private static void CheckPlaces(List<Entry> entries, long length)
    {
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        var end = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != end)
            {
                throw new FormatException(
                    $"the values of its tensor '{entry.Name}' begin at {entry.Begin}, not at {end}, where those before them end");
            }

            end = entry.End;
        }

        if (end != length)
        {
            throw new FormatException($"it has {length} bytes of values, but its header speaks of {end}");
        }
    }

    private static string Text(ref Utf8JsonReader json)
    {
        FileSource.CheckName(json.ValueSpan.Length);
        return json.GetString()!;
    }

    private static JsonTokenType Next(ref Utf8JsonReader json) =>
        json.Read() ? json.TokenType : throw new JsonException("It ends too early.");

    private static void Expect(ref Utf8JsonReader json, JsonTokenType expected)
    {
        if (Next(ref json) != expected)
        {
            throw new JsonException($"There is a {json.TokenType} at byte {json.TokenStartIndex} in place of a {expected}.");
        }
    }

    private readonly record struct Entry(string Name, ElementType Type, TensorLayout Layout, long Begin, long End);
}
