using System.Buffers.Binary;

namespace Plrs.MLNet.Images;

/// <summary>The segments of a JPEG that have content, one after the other. The data of scans between them is passed over.</summary>
internal ref struct JpegSegments(ReadOnlySpan<byte> jpeg)
{
    public const byte Exif = 0xE1;
    public const byte Scan = 0xDA;

    private readonly ReadOnlySpan<byte> _jpeg = jpeg;
    private int _at = 2;

    /// <summary>What the current segment is.</summary>
    public byte Marker { get; private set; }

    /// <summary>What it holds, without its length.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Whether the last segment was not whole.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether it says how large the image is, and how it is coded.</summary>
    public readonly bool IsFrame => Marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    /// <summary>Goes to the next segment, if there is one.</summary>
    public bool MoveNext()
    {
        while (_at + 4 <= _jpeg.Length)
        {
            var marker = _jpeg[_at + 1];
            if (_jpeg[_at] != 0xFF || marker is 0xFF)
            {
                _at++;
                continue;
            }

            // Stuffing, restarts and other markers without content.
            if (marker is 0 or 1 or (>= 0xD0 and <= 0xD9))
            {
                _at += 2;
                continue;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(_jpeg[(_at + 2)..]);
            IsCut = length < 2 || _at + 2 + length > _jpeg.Length;
            if (IsCut)
            {
                return false;
            }

            Marker = marker;
            Content = _jpeg.Slice(_at + 4, length - 2);
            _at += 2 + length;
            return true;
        }

        return false;
    }
}
