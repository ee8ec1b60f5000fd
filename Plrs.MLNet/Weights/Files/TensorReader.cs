namespace Plrs.MLNet.Weights;

/// <summary>Reads the values of tensors into memory, row by row, as int64 or float32, whatever their type and layout in the file.</summary>
internal sealed class TensorReader
{
    /// <summary>The bytes of a tensor's name, shape and place in lists, at the most.</summary>
    private const int TensorCost = 512;
    private const int WindowBytes = 1 << 18;

    private readonly List<FileTensor> _tensors = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private byte[]? _window;

    /// <summary>The tensors that were read.</summary>
    public IReadOnlyList<FileTensor> Tensors => _tensors;

    /// <summary>Reads a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="source">Where its values are.</param>
    /// <param name="position">The place of the first one.</param>
    /// <param name="type">Their type.</param>
    /// <param name="layout">Where the others are.</param>
    /// <exception cref="FormatException">There is one of that name already, or the file does not hold the values.</exception>
    public void Read(string name, FileSource source, long position, ElementType type, TensorLayout layout)
    {
        var values = Add(name, source, type, layout);
        if (layout.IsContiguous && type.IsReadAsItIs)
        {
            source.Read(position, values);
        }
        else if (layout.Count > 0)
        {
            if (_window is null)
            {
                source.Allowance.Take(WindowBytes);
                _window = new byte[WindowBytes];
            }

            new Gathering(source, type, _window, values).Gather(layout.ByStride, position, 0);
        }
    }

    /// <summary>Makes room for a tensor that its file does not store as a row of values of their size.</summary>
    /// <returns>The room.</returns>
    /// <inheritdoc cref="Read" path="/exception"/>
    public byte[] Add(string name, FileSource source, ElementType type, TensorLayout layout)
    {
        source.Allowance.Take(TensorCost + (2L * name.Length));
        if (!_names.Add(name))
        {
            throw new FormatException($"it has the tensor '{name}' twice");
        }

        var values = source.Allocate(layout.Count * type.ReadSize);
        _tensors.Add(new FileTensor(name, layout.Shape, type.IsInteger, new WeightTensor(values)));
        return values;
    }

    /// <summary>
    /// Brings values that stand apart together. What fits into the window is read at once; a greater part is read step by step along its
    /// greatest stride, so that nothing is read twice.
    /// </summary>
    private readonly struct Gathering(FileSource source, ElementType type, byte[] window, byte[] values)
    {
        public void Gather(ReadOnlySpan<TensorLayout.Dimension> dimensions, long position, long place)
        {
            var span = Span(dimensions);
            if (span * type.Size <= window.Length)
            {
                source.Read(position, window.AsSpan(0, (int)(span * type.Size)));
                Scatter(dimensions, 0, place);
                return;
            }

            // As many steps at once as fit; the stride is not 0, for those that are come last and span nothing.
            var (length, stride, step) = dimensions[0];
            var together = Math.Clamp(1 + (((window.Length / type.Size) - Span(dimensions[1..])) / stride), 1, length);
            Span<TensorLayout.Dimension> part = stackalloc TensorLayout.Dimension[dimensions.Length];
            dimensions.CopyTo(part);
            for (var i = 0L; i < length; i += together)
            {
                part[0] = dimensions[0] with { Length = Math.Min(together, length - i) };
                Gather(part[0].Length == 1 ? part[1..] : part, position + (i * stride * type.Size), place + (i * step));
            }
        }

        private static long Span(ReadOnlySpan<TensorLayout.Dimension> dimensions)
        {
            var span = 1L;
            foreach (var dimension in dimensions)
            {
                span += (dimension.Length - 1) * dimension.Stride;
            }

            return span;
        }

        private void Scatter(ReadOnlySpan<TensorLayout.Dimension> dimensions, long from, long place)
        {
            if (dimensions.IsEmpty)
            {
                type.Convert(window.AsSpan((int)from * type.Size, type.Size), values.AsSpan((int)place * type.ReadSize, type.ReadSize));
                return;
            }

            var (length, stride, step) = dimensions[0];
            for (var i = 0L; i < length; i++)
            {
                Scatter(dimensions[1..], from + (i * stride), place + (i * step));
            }
        }
    }
}
