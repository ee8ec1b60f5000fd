namespace Plrs.MLNet.Weights;

/// <summary>
/// Where a tensor's values stand in a row of values: the value at (i, j, …) is <c>i × stride₀ + j × stride₁ + …</c> behind the first. In
/// files of PyTorch a tensor may be a view of another's values, transposed, sliced or expanded.
/// </summary>
internal sealed class TensorLayout
{
    /// <summary>The most dimensions that a tensor may have.</summary>
    public const int MostDimensions = 64;

    private readonly Dimension[] _byStride;

    /// <summary>Describes where a tensor's values stand.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="strides">The distance of neighbours in each dimension, in values.</param>
    /// <exception cref="FormatException">They contradict each other, or values that should be apart are the same.</exception>
    public TensorLayout(IReadOnlyList<long> shape, IReadOnlyList<long> strides)
    {
        CheckDimensions(Math.Max(shape.Count, strides.Count));
        if (shape.Count != strides.Count || shape.Any(length => length < 0) || strides.Any(stride => stride < 0))
        {
            throw new FormatException(
                $"it has a tensor of shape [{string.Join(", ", shape)}] and strides [{string.Join(", ", strides)}], which no tensor has");
        }

        Shape = shape;
        Count = Product(shape);
        var contiguous = ContiguousStrides(shape);
        IsContiguous = Count <= 1 || Enumerable.Range(0, shape.Count).All(i => shape[i] == 1 || strides[i] == contiguous[i]);
        _byStride = IsContiguous ? [new Dimension(Count, 1, 1)] :
        [
            .. Enumerable.Range(0, shape.Count)
                .Where(i => shape[i] != 1)
                .Select(i => new Dimension(shape[i], strides[i], contiguous[i]))
                .OrderByDescending(dimension => dimension.Stride),
        ];
        Span = Count == 0 ? 0 : CheckedSpan();
    }

    /// <summary>The lengths of the dimensions.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The number of values.</summary>
    public long Count { get; }

    /// <summary>The number of values from the first to the last.</summary>
    public long Span { get; }

    /// <summary>Whether the values stand one after the other, row by row.</summary>
    public bool IsContiguous { get; }

    /// <summary>
    /// The dimensions whose length is not 1, those with the greatest stride first; one of all values where they are contiguous.
    /// </summary>
    public ReadOnlySpan<Dimension> ByStride => _byStride;

    /// <summary>Refuses a tensor of too many dimensions, before its layout is made.</summary>
    /// <exception cref="FormatException">It has more than <see cref="MostDimensions"/>.</exception>
    public static void CheckDimensions(int count)
    {
        if (count > MostDimensions)
        {
            throw new FormatException($"it has a tensor of {count} dimensions; at most {MostDimensions} can be read");
        }
    }

    /// <summary>The bytes that making a layout takes at the most.</summary>
    /// <param name="dimensions">The number of its dimensions.</param>
    public static int Bytes(int dimensions) => 1024 + (192 * dimensions);

    /// <summary>The layout of values that stand one after the other, row by row.</summary>
    /// <exception cref="FormatException">No tensor has such a shape.</exception>
    public static TensorLayout Contiguous(IReadOnlyList<long> shape) => new(shape, ContiguousStrides(shape));

    private static long[] ContiguousStrides(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        var stride = 1L;
        for (var i = shape.Count - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride = Multiply(stride, Math.Max(1, shape[i]));
        }

        return strides;
    }

    private static long Product(IReadOnlyList<long> shape) => shape.Contains(0) ? 0 : shape.Aggregate(1L, Multiply);

    // Far below what overflows when it is multiplied by the size of a value.
    private static long Multiply(long a, long b) => Math.BigMul((ulong)a, (ulong)b, out var product) == 0 && product <= long.MaxValue / 64
        ? (long)product
        : throw new FormatException("it has a tensor with more values than any file can hold");

    private long CheckedSpan()
    {
        var span = 1L;
        foreach (var dimension in _byStride.Reverse().Where(dimension => dimension.Stride > 0))
        {
            if (dimension.Stride < span)
            {
                throw new FormatException($"it has a tensor of shape [{string.Join(", ", Shape)}] whose values overlap");
            }

            span += Multiply(dimension.Length - 1, dimension.Stride);
        }

        return span;
    }

    /// <summary>A dimension of a tensor.</summary>
    /// <param name="Length">The number of its values.</param>
    /// <param name="Stride">Their distance in the file.</param>
    /// <param name="Place">Their distance where values stand row by row.</param>
    public readonly record struct Dimension(long Length, long Stride, long Place);
}
