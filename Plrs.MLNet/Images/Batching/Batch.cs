namespace Plrs.MLNet.Images;

/// <summary>
/// Memory for one batch, filled again and again: the values of examples of one shape as floats, and their classes. The arrays do not move,
/// so native code can be given their addresses.
/// </summary>
internal sealed class Batch
{
    private readonly int _exampleValues;

    public Batch(int capacity, IReadOnlyList<int> shape)
    {
        _exampleValues = shape.Aggregate(1, (product, length) => checked(product * length));
        Capacity = capacity;
        Shape = shape;
        Values = GC.AllocateUninitializedArray<float>(checked(capacity * _exampleValues), pinned: true);
        Labels = GC.AllocateUninitializedArray<long>(capacity, pinned: true);
    }

    public int Capacity { get; }

    /// <summary>The shape of an example's values.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The number of examples in it now.</summary>
    public int Count { get; set; }

    /// <summary>The values of all examples, one after the other.</summary>
    public float[] Values { get; }

    /// <summary>The examples' classes, from 0.</summary>
    public long[] Labels { get; }

    /// <summary>Where the values of one example go.</summary>
    public Span<float> Example(int index) => Values.AsSpan(index * _exampleValues, _exampleValues);

    public void SetLabel(int index, int label) => Labels[index] = label;
}
