using System.Security.Cryptography;
using System.Text;

namespace Plrs.MLNet.Common;

/// <summary>
/// A file with a checksum that exists whole or not at all (<see cref="WholeFile"/>).
/// A header (8 bytes mark, int32 version, int64 length of the content, 32 bytes SHA-256 of the content), then the content.
/// </summary>
/// <param name="mark">What files of the kind begin with, in 8 characters.</param>
/// <param name="version">The version of their format.</param>
/// <param name="kind">What they are, in words.</param>
internal sealed class CheckedFile(string mark, int version, string kind)
{
    private const int BufferBytes = 1 << 16;
    private const int MarkBytes = 8;
    private const int HeaderBytes = MarkBytes + sizeof(int) + sizeof(long) + SHA256.HashSizeInBytes;

    private readonly byte[] _mark = Encoding.ASCII.GetBytes(mark);

    /// <summary>Writes a file; one that has the name already is replaced.</summary>
    /// <exception cref="IOException">It cannot be written. What was at its place is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(string path, Action<BinaryWriter> writeContent) => WholeFile.Write(path, stream =>
    {
        stream.Write(new byte[HeaderBytes]);
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writeContent(writer);
        }

        // The checksum is of what the file holds, so it is read back; the system still has it in memory.
        WriteHeader(stream, HashContent(stream));
    });

    /// <summary>Reads a file. Nothing of the content is used before the checksum is found right.</summary>
    /// <exception cref="FormatException">
    /// The file is of another kind, of another version, truncated or damaged; the message says which.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public void Read(string path, Action<BinaryReader> readContent)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes);
        var expected = ReadHeader(stream);
        if (!HashContent(stream).AsSpan().SequenceEqual(expected))
        {
            throw new FormatException("it is damaged: its content does not match its checksum");
        }

        stream.Position = HeaderBytes;
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        try
        {
            readContent(reader);
        }
        catch (EndOfStreamException e)
        {
            throw new FormatException("its content ends too early", e);
        }

        if (stream.Position != stream.Length)
        {
            throw new FormatException("its content is longer than expected");
        }
    }

    /// <summary>
    /// Reads what stands first in a file, without looking whether all of it is whole: for what is only told, never for what is used.
    /// </summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public void ReadBeginning(string path, Action<BinaryReader> readContent)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        ReadHeader(stream);
        stream.Position = HeaderBytes;
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        readContent(reader);
    }

    private void WriteHeader(FileStream stream, byte[] hash)
    {
        stream.Position = 0;
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(_mark);
        writer.Write(version);
        writer.Write(stream.Length - HeaderBytes);
        writer.Write(hash);
    }

    private byte[] ReadHeader(FileStream stream)
    {
        var header = new byte[HeaderBytes];
        var length = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (length < MarkBytes || !header.AsSpan(0, MarkBytes).SequenceEqual(_mark))
        {
            throw new FormatException($"it is no {kind} of this library: it does not begin with {mark}");
        }

        if (length < header.Length)
        {
            throw new FormatException($"it is truncated: it has {length} bytes, not even a whole header");
        }

        using var reader = new BinaryReader(new MemoryStream(header, MarkBytes, header.Length - MarkBytes));
        var written = reader.ReadInt32();
        if (written != version)
        {
            throw new FormatException($"it has version {written} of the format; this version of the library reads version {version}");
        }

        var contentBytes = reader.ReadInt64();
        if (stream.Length - HeaderBytes != contentBytes)
        {
            throw new FormatException(
                $"it is truncated or damaged: it has {stream.Length - HeaderBytes} bytes after its header, which announces {contentBytes}");
        }

        return reader.ReadBytes(SHA256.HashSizeInBytes);
    }

    private static byte[] HashContent(FileStream stream)
    {
        stream.Position = HeaderBytes;
        return SHA256.HashData(stream);
    }
}
