using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Plrs.MLNet.Scoring;

/// <summary>The values of one column in some rows that a cursor has passed.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>Makes room for the values of a cursor's column in <paramref name="capacity"/> rows.</summary>
    public static ColumnBuffer Create(DataViewRow input, DataViewSchema.Column column, int capacity)
    {
        var type = column.Type is VectorDataViewType vector
            ? typeof(OfVectors<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(OfScalars<>).MakeGenericType(column.Type.RawType);
        return (ColumnBuffer)Activator.CreateInstance(type, input, column, capacity)!;
    }

    /// <summary>
    /// Keeps the value of the row at which the cursor is, in the memory of the value before it where that is large enough.
    /// </summary>
    /// <returns>How many bytes more the buffer holds now; fewer, where it is negative.</returns>
    public abstract long Fill(int index);

    /// <summary>Puts an empty value where <see cref="Fill"/> failed.</summary>
    /// <returns>How many bytes fewer the buffer holds now, as a negative number.</returns>
    public abstract long Empty(int index);

    /// <summary>Gives up all values and their memory.</summary>
    public abstract void Clear();

    /// <summary>A getter of the value at the index that <paramref name="index"/> says.</summary>
    public abstract Delegate MakeGetter(Func<int> index);

    /// <summary>The buffer of a column of a known type.</summary>
    internal abstract class Of<T>(DataViewRow input, DataViewSchema.Column column, int capacity) : ColumnBuffer
    {
        private readonly ValueGetter<T> _get = input.GetGetter<T>(column);
        private readonly long[] _bytes = new long[capacity];

        public T[] Values { get; } = new T[capacity];

        public override long Fill(int index)
        {
            _get(ref Values[index]);
            var before = _bytes[index];
            _bytes[index] = BytesBehind(in Values[index], before);
            return _bytes[index] - before;
        }

        public override long Empty(int index)
        {
            var before = _bytes[index];
            Values[index] = default!;
            _bytes[index] = 0;
            return -before;
        }

        public override void Clear()
        {
            Array.Clear(Values);
            Array.Clear(_bytes);
        }

        /// <summary>The memory that a value refers to, which has taken the place of one with <paramref name="before"/> bytes.</summary>
        protected abstract long BytesBehind(in T value, long before);

        protected static long BytesOfText<TValue>(in TValue value) =>
            value is ReadOnlyMemory<char> text ? sizeof(char) * (long)text.Length : 0;
    }

    private sealed class OfScalars<T>(DataViewRow input, DataViewSchema.Column column, int capacity) : Of<T>(input, column, capacity)
    {
        public override Delegate MakeGetter(Func<int> index)
        {
            ValueGetter<T> getter = (ref T value) => value = Values[index()];
            return getter;
        }

        protected override long BytesBehind(in T value, long before) => BytesOfText(in value);
    }

    // A vector's memory belongs to whoever asks for it, so the kept one is copied.
    private sealed class OfVectors<T>(DataViewRow input, DataViewSchema.Column column, int capacity)
        : Of<VBuffer<T>>(input, column, capacity)
    {
        public override Delegate MakeGetter(Func<int> index)
        {
            ValueGetter<VBuffer<T>> getter = (ref VBuffer<T> value) => Values[index()].CopyTo(ref value);
            return getter;
        }

        // A vector's arrays never shrink, and grow to twice their size at least.
        protected override long BytesBehind(in VBuffer<T> value, long before)
        {
            var values = value.GetValues();
            var bytes = ((long)values.Length * Unsafe.SizeOf<T>()) + ((long)value.GetIndices().Length * sizeof(int));
            if (typeof(T) == typeof(ReadOnlyMemory<char>))
            {
                foreach (var text in values)
                {
                    bytes += BytesOfText(in text);
                }
            }

            return bytes <= before ? before : Math.Max(bytes, 2 * before);
        }
    }
}
