using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using Plrs.MLNet.Training.TensorBoard;

namespace Plrs.MLNet.Training;

/// <summary>
/// A file of events that TensorBoard shows while it grows. Each record is its length (uint64), a checksum of that, the event, and a
/// checksum of it, as in TensorFlow's TFRecord files.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const int LengthBytes = sizeof(ulong);
    private const int ChecksumBytes = sizeof(uint);
    private const uint MaskDelta = 0xa282ead8;

    private readonly FileStream _stream;
    private readonly TimeProvider _time;
    private readonly ScalarValue _value = new();
    private readonly Event _event = new() { Summary = new Summary() };
    private byte[] _record = new byte[256];

    /// <summary>Makes a new file in a folder, which is made where it does not exist.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public EventFile(string folder, TimeProvider time)
    {
        _time = time;
        _event.Summary.Values.Add(_value);
        Directory.CreateDirectory(folder);
        _stream = Create(folder, time.GetUtcNow().ToUnixTimeSeconds());
        Write(new Event { WallTime = Now, FileVersion = "brain.Event:2" });
    }

    private double Now => _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    /// <summary>Adds a number. It allocates nothing.</summary>
    /// <param name="tag">What it is of: what stands before a slash is the group that TensorBoard shows it in.</param>
    /// <param name="step">Its place on the axis.</param>
    /// <param name="value">The number.</param>
    public void Add(string tag, long step, double value)
    {
        (_value.Tag, _value.SimpleValue) = (tag, (float)value);
        (_event.WallTime, _event.Step) = (Now, step);
        Write(_event);
    }

    /// <summary>Says that the run goes on with a step: what earlier files of the folder have from there on is not shown.</summary>
    public void AddStart(long step) =>
        Write(new Event { WallTime = Now, Step = step, Session = new Session { Status = Session.Types.Status.Start } });

    /// <summary>Hands to the system what was added, so that TensorBoard sees it.</summary>
    public void Flush() => _stream.Flush();

    public void Dispose() => _stream.Dispose();

    // The name must have "tfevents" in it; TensorBoard takes the files of a folder in the order of their names. Another training may make a
    // file of the same second at the same moment: whoever comes second takes the next number.
    private static FileStream Create(string folder, long seconds)
    {
        for (var number = 0; ; number++)
        {
            var path = Path.Combine(
                folder, string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{seconds:D10}.plrs.{number}"));
            try
            {
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            }
            catch (IOException) when (Path.Exists(path))
            {
            }
        }
    }

    private static uint MaskedChecksum(ReadOnlySpan<byte> data)
    {
        var checksum = uint.MaxValue;
        foreach (var value in data)
        {
            checksum = BitOperations.Crc32C(checksum, value);
        }

        return BitOperations.RotateRight(~checksum, 15) + MaskDelta;
    }

    private void Write(Event written)
    {
        var size = written.CalculateSize();
        var all = LengthBytes + ChecksumBytes + size + ChecksumBytes;
        if (_record.Length < all)
        {
            _record = new byte[2 * all];
        }

        var record = _record.AsSpan(0, all);
        var data = record.Slice(LengthBytes + ChecksumBytes, size);
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)size);
        BinaryPrimitives.WriteUInt32LittleEndian(record[LengthBytes..], MaskedChecksum(record[..LengthBytes]));
        written.WriteTo(data);
        BinaryPrimitives.WriteUInt32LittleEndian(record[^ChecksumBytes..], MaskedChecksum(data));
        _stream.Write(record);
    }
}
