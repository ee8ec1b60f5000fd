using System.Buffers.Binary;

namespace Plrs.MLNet.Images;

/// <summary>The parts of a PNG, one after the other.</summary>
internal ref struct PngChunks(ReadOnlySpan<byte> png)
{
    private const int HeaderBytes = 8;
    private const int ChecksumBytes = 4;

    private ReadOnlySpan<byte> _rest = png.StartsWith(Signature) ? png[Signature.Length..] : [];

    /// <summary>What the format's files begin with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The current part's name, in four letters.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>What it holds.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Goes to the next part, if there is a whole one.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < HeaderBytes
            || BinaryPrimitives.ReadUInt32BigEndian(_rest) is var length && length > _rest.Length - HeaderBytes)
        {
            return false;
        }

        Name = _rest[4..HeaderBytes];
        Content = _rest.Slice(HeaderBytes, (int)length);
        _rest = _rest[Math.Min(_rest.Length, HeaderBytes + (int)length + ChecksumBytes)..];
        return true;
    }
}
