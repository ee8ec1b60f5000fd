namespace Plrs.MLNet.Images;

/// <summary>
/// Keeps byte records of any length in the order in which they are added: in memory up to a budget, then in a file. What is in
/// memory lies in chunks, so that nothing is copied when it grows.
/// </summary>
/// <param name="budget">The most bytes of memory for records.</param>
/// <param name="file">The file for the others. It is left to the caller to dispose of.</param>
internal sealed class RecordStore(long budget, CacheFile file)
{
    private const int ChunkBytes = 4 << 20;
    private const int InFile = -1;

    private readonly List<byte[]> _chunks = [];
    private readonly List<Place> _places = [];
    private int _usedOfChunk;
    private long _memory;

    /// <summary>The number of records.</summary>
    public int Count => _places.Count;

    /// <summary>Adds a record.</summary>
    /// <exception cref="InvalidOperationException">It cannot be written to the file.</exception>
    public void Add(ReadOnlySpan<byte> record)
    {
        if (file.Length == 0 && TryTakeMemory(record.Length))
        {
            record.CopyTo(_chunks[^1].AsSpan(_usedOfChunk));
            _places.Add(new Place(_usedOfChunk, record.Length, _chunks.Count - 1));
            _usedOfChunk += record.Length;
        }
        else
        {
            _places.Add(new Place(file.Append(record), record.Length, InFile));
        }
    }

    /// <summary>A record. Any number of threads can read at once, with a buffer each, while none is added.</summary>
    /// <param name="index">The number of records that were added before it.</param>
    /// <param name="buffer">What is read from the file goes here; it is replaced when it is too small.</param>
    /// <exception cref="InvalidOperationException">It cannot be read from the file.</exception>
    public ReadOnlySpan<byte> Read(int index, ref byte[] buffer)
    {
        var place = _places[index];
        if (place.Chunk != InFile)
        {
            return _chunks[place.Chunk].AsSpan((int)place.Offset, place.Length);
        }

        if (buffer.Length < place.Length)
        {
            buffer = GC.AllocateUninitializedArray<byte>(place.Length);
        }

        var record = buffer.AsSpan(0, place.Length);
        file.Read(place.Offset, record);
        return record;
    }

    private bool TryTakeMemory(int length)
    {
        if (_chunks.Count > 0 && _chunks[^1].Length - _usedOfChunk >= length)
        {
            return true;
        }

        var chunk = Math.Max(length, Math.Min(ChunkBytes, budget - _memory));
        if (chunk > budget - _memory)
        {
            return false;
        }

        _chunks.Add(GC.AllocateUninitializedArray<byte>((int)chunk));
        _memory += chunk;
        _usedOfChunk = 0;
        return true;
    }

    private readonly record struct Place(long Offset, int Length, int Chunk);
}
