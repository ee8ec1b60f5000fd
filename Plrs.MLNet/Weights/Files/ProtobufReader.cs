namespace Plrs.MLNet.Weights;

/// <summary>
/// The fields of a message in protobuf's format, one after the other, read in place: the classes that protoc makes would hold all of a file
/// in memory, and make an object of every two bytes of a hostile one.
/// </summary>
/// <param name="source">The file.</param>
/// <param name="position">The place of the message.</param>
/// <param name="length">Its length.</param>
internal ref struct ProtobufReader(FileSource source, long position, long length)
{
    private const int LongestVarint = 10;
    private readonly long _end = position + length;
    private long _position = position;
    private int _wireType;

    /// <summary>The number of the field that was found.</summary>
    public int Field { get; private set; }

    /// <summary>Whether the field is one of bytes: a text, a message or a list.</summary>
    public readonly bool HasBytes => _wireType == 2;

    /// <summary>The place of the field's bytes, or of the end of its number.</summary>
    public long ContentPosition { get; private set; }

    /// <summary>The number of the field's bytes.</summary>
    public long ContentLength { get; private set; }

    /// <summary>The field's number, where it is one of variable length.</summary>
    public ulong Number { get; private set; }

    /// <summary>The message that is the field's content.</summary>
    public readonly ProtobufReader Message() => new(source, ContentPosition, ContentLength);

    /// <summary>Goes on to the next field.</summary>
    /// <returns><see langword="false"/> at the end of the message.</returns>
    /// <exception cref="FormatException">The message is damaged.</exception>
    public bool Next()
    {
        if (_position == _end)
        {
            return false;
        }

        var tag = Varint();
        Field = (int)(tag >> 3);
        _wireType = (int)(tag & 7);
        (ContentLength, Number) = (0, 0);
        switch (_wireType)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                ContentLength = 8;
                break;
            case 2:
                ContentLength = (long)Varint();
                break;
            case 5:
                ContentLength = 4;
                break;
            default:
                throw Damaged(_position);
        }

        ContentPosition = _position;
        if (Field == 0 || tag > uint.MaxValue || ContentLength < 0 || ContentLength > _end - _position)
        {
            throw Damaged(_position);
        }

        _position += ContentLength;
        return true;
    }

    /// <summary>Whether more numbers stand where this is, which is a list of them.</summary>
    public readonly bool HasMore => _position < _end;

    /// <summary>Reads a number of variable length.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public ulong Varint()
    {
        Span<byte> bytes = stackalloc byte[LongestVarint];
        bytes = bytes[..(int)Math.Min(LongestVarint, _end - _position)];
        source.Read(_position, bytes);
        var value = 0UL;
        for (var i = 0; i < bytes.Length; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                _position += i + 1;
                return value;
            }
        }

        throw Damaged(_position);
    }

    private static FormatException Damaged(long place) => new($"it is no ONNX model, or a damaged one: there is no field at byte {place}");
}
