namespace Plrs.MLNet.Weights;

/// <summary>The bytes of a weights file, or of a part of it that was unpacked, read at any place.</summary>
/// <param name="stream">The bytes; it can seek.</param>
/// <param name="allowance">How much memory reading may take.</param>
internal sealed class FileSource(Stream stream, MemoryAllowance allowance)
{
    private const int LongestName = 1024;

    /// <summary>The number of bytes.</summary>
    public long Length { get; } = stream.Length;

    public MemoryAllowance Allowance => allowance;

    /// <summary>Refuses a name that is too long, before it is made.</summary>
    /// <exception cref="FormatException">It is longer than any tensor's.</exception>
    public static void CheckName(long bytes)
    {
        if (bytes > LongestName)
        {
            throw new FormatException($"it has a name of {bytes} bytes; at most {LongestName} can be read");
        }
    }

    /// <summary>Fills a span with the bytes at a place.</summary>
    /// <exception cref="FormatException">There are not as many.</exception>
    public void Read(long position, Span<byte> bytes)
    {
        Check(position, bytes.Length);
        if (stream.Position != position)
        {
            stream.Position = position;
        }

        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new FormatException("it became shorter while it was read");
        }
    }

    /// <summary>The bytes at a place, taken from the allowance.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public byte[] ReadArray(long position, long length)
    {
        Check(position, length);
        var bytes = Allocate(length);
        Read(position, bytes);
        return bytes;
    }

    /// <summary>Room for bytes, taken from the allowance.</summary>
    /// <exception cref="FormatException">It is more than the allowance has, or than an array can hold.</exception>
    public byte[] Allocate(long length)
    {
        allowance.Take(length);
        return length <= Array.MaxLength
            ? GC.AllocateUninitializedArray<byte>((int)length)
            : throw new FormatException($"it has a part of {length} bytes; at most {Array.MaxLength} can be read");
    }

    private void Check(long position, long length)
    {
        if (position < 0 || length < 0 || position > Length - length)
        {
            throw new FormatException(
                $"it ends too early: {length} bytes are expected at place {position}, but it has {Length} bytes in all");
        }
    }
}
