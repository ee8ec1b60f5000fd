using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Images;

namespace Plrs.MLNet.Scoring;

/// <summary>
/// Passes through the rows of another cursor in the same order and reads ahead: the other one is some rows further, and the
/// values of its active columns are kept until their row has its turn. The data is read once, so that it may be a stream.
/// What is kept is bounded by a number of rows, and by a number of bytes and the one row that reaches it.
/// </summary>
internal sealed class LookAheadCursor : RootCursorBase
{
    /// <summary>The bytes at which reading ahead stops: 64 MiB, which photos of half a megabyte reach in 128 rows.</summary>
    public const long UsualByteLimit = 64 << 20;

    // The first batches are small, so that whoever wants only the first rows does not wait for many.
    private const int FirstBatch = 8;
    private const int UnreadableLogged = 5;

    private readonly IHost _host;
    private readonly DataViewRowCursor _input;
    private readonly long _byteLimit;
    private readonly ColumnBuffer? _images;
    private readonly ColumnBuffer?[] _buffers;
    private readonly ValueGetter<DataViewRowId> _getInputId;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private int _size = FirstBatch;
    private int _unreadable;
    private bool _isAtEnd;
    private bool _isDisposed;

    /// <param name="host">The host.</param>
    /// <param name="input">The other cursor, not yet moved.</param>
    /// <param name="capacity">The most rows that are kept.</param>
    /// <param name="byteLimit">The bytes at which reading ahead stops.</param>
    /// <param name="imageColumn">The column that is empty, with a warning in the log, in a row where it cannot be read.</param>
    public LookAheadCursor(IHost host, DataViewRowCursor input, int capacity, long byteLimit = UsualByteLimit, string? imageColumn = null)
        : base(host)
    {
        _host = host;
        _input = input;
        _byteLimit = byteLimit;
        Capacity = capacity;
        _buffers = [.. input.Schema.Select(column => input.IsColumnActive(column) ? ColumnBuffer.Create(input, column, capacity) : null)];
        _images = imageColumn is null ? null : _buffers[input.Schema[imageColumn].Index];
        _getInputId = input.GetIdGetter();
        _ids = new DataViewRowId[capacity];
        _batches = new long[capacity];
    }

    public override DataViewSchema Schema => _input.Schema;

    public override long Batch => _batches[Index];

    /// <summary>The most rows that are kept at once.</summary>
    public int Capacity { get; }

    /// <summary>Which rows are kept now: it changes when they do.</summary>
    public int Generation { get; private set; }

    /// <summary>The number of rows that are kept now.</summary>
    public int Count { get; private set; }

    /// <summary>The memory of all values that are kept, and of those before them whose memory waits for later rows, in bytes.</summary>
    public long KeptBytes { get; private set; }

    /// <summary>The current row's number among those that are kept.</summary>
    public int Index { get; private set; }

    /// <summary>The values of a column in the rows that are kept, <see cref="Count"/> of them.</summary>
    public T[] Values<T>(DataViewSchema.Column column) => ((ColumnBuffer.Of<T>)_buffers[column.Index]!).Values;

    public override bool IsColumnActive(DataViewSchema.Column column) => _buffers[column.Index] is not null;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Ch.CheckParam(IsColumnActive(column), nameof(column), "Requested column is not active.");
        return _buffers[column.Index]!.MakeGetter(() => Index) as ValueGetter<TValue>
            ?? throw Ch.ExceptParam(nameof(column), $"Column '{column.Name}' holds {column.Type.RawType}, not {typeof(TValue)}.");
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[Index];

    protected override bool MoveNextCore()
    {
        Index++;
        if (Index < Count)
        {
            return true;
        }

        Fill();
        return Count > 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Fill()
    {
        _host.CheckAlive();
        Index = 0;
        Count = 0;
        Generation++;
        if (KeptBytes >= _byteLimit)
        {
            Clear();
        }

        var size = Math.Min(_size, Capacity);
        _size = 2 * size;
        while (Count < size && KeptBytes < _byteLimit && !_isAtEnd)
        {
            if (!_input.MoveNext())
            {
                _isAtEnd = true;
                return;
            }

            Keep();
        }
    }

    private void Keep()
    {
        foreach (var buffer in _buffers)
        {
            KeptBytes += buffer is null ? 0 : Keep(buffer);
        }

        _getInputId(ref _ids[Count]);
        _batches[Count] = _input.Batch;
        Count++;
    }

    private long Keep(ColumnBuffer buffer)
    {
        try
        {
            return buffer.Fill(Count);
        }
        catch (Exception e) when (buffer == _images && ReadFailure.Reason(e) is not null)
        {
            if (_unreadable++ < UnreadableLogged)
            {
                Ch.Warning($"Row {_input.Position} has no scores: {ReadFailure.Reason(e)}.");
            }

            return buffer.Empty(Count);
        }
    }

    // Large rows came: their memory would stay with the cursor, and leave less room for what comes now.
    private void Clear()
    {
        foreach (var buffer in _buffers)
        {
            buffer?.Clear();
        }

        KeptBytes = 0;
    }
}
