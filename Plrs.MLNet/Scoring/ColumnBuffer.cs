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

    /// <summary>Keeps the value of the row at which the cursor is.</summary>
    public abstract void Fill(int index);

    /// <summary>A getter of the value at the index that <paramref name="index"/> says.</summary>
    public abstract Delegate MakeGetter(Func<int> index);

    /// <summary>The buffer of a column of a known type.</summary>
    internal abstract class Of<T>(DataViewRow input, DataViewSchema.Column column, int capacity) : ColumnBuffer
    {
        private readonly ValueGetter<T> _get = input.GetGetter<T>(column);

        public T[] Values { get; } = new T[capacity];

        public override void Fill(int index) => _get(ref Values[index]);
    }

    private sealed class OfScalars<T>(DataViewRow input, DataViewSchema.Column column, int capacity) : Of<T>(input, column, capacity)
    {
        public override Delegate MakeGetter(Func<int> index)
        {
            ValueGetter<T> getter = (ref T value) => value = Values[index()];
            return getter;
        }
    }

    // A vector's memory belongs to whoever asks for it, so the kept one is copied.
    private sealed class OfVectors<T>(DataViewRow input, DataViewSchema.Column column, int capacity) : Of<VBuffer<T>>(input, column, capacity)
    {
        public override Delegate MakeGetter(Func<int> index)
        {
            ValueGetter<VBuffer<T>> getter = (ref VBuffer<T> value) => Values[index()].CopyTo(ref value);
            return getter;
        }
    }
}
