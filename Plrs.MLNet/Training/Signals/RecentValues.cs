namespace Plrs.MLNet.Training;

/// <summary>The last values of a series, and their median.</summary>
/// <param name="capacity">How many it keeps; not more than fit on the stack.</param>
internal sealed class RecentValues(int capacity)
{
    private readonly float[] _values = new float[capacity];
    private int _next;

    public int Count { get; private set; }

    public void Add(float value)
    {
        _values[_next] = value;
        _next = (_next + 1) % capacity;
        Count = Math.Min(Count + 1, capacity);
    }

    public void Clear() => (Count, _next) = (0, 0);

    /// <summary>The lower median, a value that was added; there must be one.</summary>
    public float Median()
    {
        Span<float> sorted = stackalloc float[Count];
        _values.AsSpan(0, Count).CopyTo(sorted);
        sorted.Sort();
        return sorted[(Count - 1) / 2];
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Count);
        writer.Write(_next);
        for (var i = 0; i < Count; i++)
        {
            writer.Write(_values[i]);
        }
    }

    /// <exception cref="FormatException">It is of another capacity, or damaged.</exception>
    public void Read(BinaryReader reader)
    {
        (Count, _next) = (reader.ReadInt32(), reader.ReadInt32());
        if (Count < 0 || Count > capacity || _next < 0 || _next >= capacity)
        {
            throw new FormatException($"it claims {Count} recent values, where {capacity} are kept");
        }

        for (var i = 0; i < Count; i++)
        {
            _values[i] = reader.ReadSingle();
        }
    }
}
