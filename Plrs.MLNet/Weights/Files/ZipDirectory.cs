using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Plrs.MLNet.Weights;

/// <summary>
/// The directory of a zip, with the place of each entry's bytes: tensors are then read from where they are. .NET's own archive makes
/// objects of whatever a directory claims, and cannot seek.
/// </summary>
internal sealed class ZipDirectory
{
    private const uint EndMark = 0x06054b50, Zip64LocatorMark = 0x07064b50, Zip64EndMark = 0x06064b50, EntryMark = 0x02014b50,
        LocalMark = 0x04034b50;
    private const int EndBytes = 22, Zip64LocatorBytes = 20, Zip64EndBytes = 56, EntryBytes = 46, LocalBytes = 30;
    private const int LongestComment = ushort.MaxValue;
    private const int EntryCost = 512;
    private const ushort Zip64Extra = 1;
    private const int Stored = 0, Deflated = 8;
    private const int EncryptedFlag = 1;

    private readonly FileSource _source;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Reads the directory of a zip.</summary>
    /// <exception cref="FormatException">The zip is damaged; the message says how.</exception>
    public ZipDirectory(FileSource source)
    {
        _source = source;
        var (position, length, count) = FindDirectory();
        var directory = source.ReadArray(position, length).AsSpan();
        for (var i = 0L; i < count; i++)
        {
            directory = ReadEntry(directory);
        }
    }

    /// <summary>The names of the entries.</summary>
    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>Whether a file begins as a zip does.</summary>
    public static bool Recognises(ReadOnlySpan<byte> beginning) => beginning.StartsWith("PK\x03\x04"u8);

    /// <summary>The bytes of an entry, unpacked where they are packed, and the place of the first in their source.</summary>
    /// <returns>The source, the place and the number of bytes; <see langword="null"/> when there is no such entry.</returns>
    /// <exception cref="FormatException">The entry is damaged, encrypted or packed in a way that is not known.</exception>
    public (FileSource Source, long Position, long Length)? Find(string name)
    {
        if (!_entries.TryGetValue(name, out var entry))
        {
            return null;
        }

        Span<byte> local = stackalloc byte[LocalBytes];
        _source.Read(entry.Position, local);
        Check(BinaryPrimitives.ReadUInt32LittleEndian(local) == LocalMark && (entry.Flags & EncryptedFlag) == 0, name);
        var position = entry.Position
            + LocalBytes + BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
        switch (entry.Method)
        {
            case Stored:
                Check(entry.PackedLength == entry.Length && position <= _source.Length - entry.Length, name);
                return (_source, position, entry.Length);
            case Deflated:
                return (Unpack(_source.ReadArray(position, entry.PackedLength), entry.Length, name), 0, entry.Length);
            default:
                throw new FormatException($"its zip entry '{name}' is packed by method {entry.Method}; none and deflate can be read");
        }
    }

    private FileSource Unpack(byte[] packed, long length, string name)
    {
        var bytes = _source.Allocate(length);
        try
        {
            using var stream = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
            Check(stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length && stream.ReadByte() < 0, name);
        }
        catch (InvalidDataException e)
        {
            throw new FormatException($"its zip entry '{name}' cannot be unpacked: {e.Message}", e);
        }

        return new FileSource(new MemoryStream(bytes), _source.Allowance);
    }

    private (long Position, long Length, long Count) FindDirectory()
    {
        var tailLength = Math.Min(_source.Length, EndBytes + LongestComment);
        var tail = _source.ReadArray(_source.Length - tailLength, tailLength).AsSpan();
        for (var i = tail.Length - EndBytes; i >= 0; i--)
        {
            var end = tail[i..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) == EndMark
                && BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) == end.Length - EndBytes)
            {
                var (position, length, count) = (
                    BinaryPrimitives.ReadUInt32LittleEndian(end[16..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(end[12..]),
                    BinaryPrimitives.ReadUInt16LittleEndian(end[10..]));
                return position == uint.MaxValue || length == uint.MaxValue || count == ushort.MaxValue
                    ? FindZip64Directory(_source.Length - tailLength + i - Zip64LocatorBytes) ?? (position, length, count)
                    : (position, length, count);
            }
        }

        throw new FormatException("it begins as a zip, but the directory at its end is missing: it may be cut off");
    }

    private (long Position, long Length, long Count)? FindZip64Directory(long locatorPosition)
    {
        Span<byte> locator = stackalloc byte[Zip64LocatorBytes];
        _source.Read(locatorPosition, locator);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != Zip64LocatorMark)
        {
            return null;
        }

        Span<byte> end = stackalloc byte[Zip64EndBytes];
        _source.Read(BinaryPrimitives.ReadInt64LittleEndian(locator[8..]), end);
        return BinaryPrimitives.ReadUInt32LittleEndian(end) == Zip64EndMark
            ? (
                BinaryPrimitives.ReadInt64LittleEndian(end[48..]),
                BinaryPrimitives.ReadInt64LittleEndian(end[40..]),
                BinaryPrimitives.ReadInt64LittleEndian(end[32..]))
            : throw new FormatException("it is a damaged zip: its directory is not where its end says");
    }

    /// <returns>The directory behind the entry.</returns>
    private Span<byte> ReadEntry(Span<byte> directory)
    {
        if (directory.Length < EntryBytes || BinaryPrimitives.ReadUInt32LittleEndian(directory) != EntryMark)
        {
            throw new FormatException("it is a damaged zip: its directory has fewer entries than its end says");
        }

        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[30..]);
        var commentLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[32..]);
        if (directory.Length < EntryBytes + nameLength + extraLength + commentLength)
        {
            throw new FormatException("it is a damaged zip: its directory is cut off");
        }

        FileSource.CheckName(nameLength);
        _source.Allowance.Take(EntryCost + nameLength);
        var name = Encoding.UTF8.GetString(directory.Slice(EntryBytes, nameLength));
        var extra = directory.Slice(EntryBytes + nameLength, extraLength);
        var length = (long)BinaryPrimitives.ReadUInt32LittleEndian(directory[24..]);
        var packedLength = (long)BinaryPrimitives.ReadUInt32LittleEndian(directory[20..]);
        var position = (long)BinaryPrimitives.ReadUInt32LittleEndian(directory[42..]);
        ReadZip64(extra, name, ref length, ref packedLength, ref position);
        var entry = new Entry(
            BinaryPrimitives.ReadUInt16LittleEndian(directory[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(directory[10..]),
            position,
            packedLength,
            length);
        Check(_entries.TryAdd(name, entry) && position >= 0 && packedLength >= 0 && length >= 0, name);
        return directory[(EntryBytes + nameLength + extraLength + commentLength)..];
    }

    // Numbers that do not fit into 32 bits stand in an extra field, in this order.
    private static void ReadZip64(ReadOnlySpan<byte> extra, string name, ref long length, ref long packedLength, ref long position)
    {
        while (extra.Length >= 4)
        {
            var fieldLength = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            Check(fieldLength <= extra.Length - 4, name);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == Zip64Extra)
            {
                var field = extra.Slice(4, fieldLength);
                Widen(ref length, ref field);
                Widen(ref packedLength, ref field);
                Widen(ref position, ref field);
            }

            extra = extra[(4 + fieldLength)..];
        }

        void Widen(ref long number, ref ReadOnlySpan<byte> field)
        {
            if (number == uint.MaxValue)
            {
                Check(field.Length >= sizeof(long), name);
                number = BinaryPrimitives.ReadInt64LittleEndian(field);
                field = field[sizeof(long)..];
            }
        }
    }

    private static void Check(bool isRight, string name)
    {
        if (!isRight)
        {
            throw new FormatException($"its zip entry '{name}' is damaged, encrypted or there twice");
        }
    }

    private readonly record struct Entry(int Flags, int Method, long Position, long PackedLength, long Length);
}
