namespace Plrs.MLNet.Images;

/// <summary>
/// Gives the rows of an image of which a window was cut and enlarged to the image's size, bilinearly, perhaps mirrored left to right. Where
/// the window is as large as the image, the values are the image's own.
/// </summary>
internal readonly ref struct WindowRows
{
    private readonly CropWindow _window;
    private readonly Range _inside;
    private readonly ReadOnlySpan<byte> _padding;
    private readonly Span<int> _columns;
    private readonly Span<float> _weights;
    private readonly Span<float> _blended;

    /// <param name="window">The window.</param>
    /// <param name="isMirrored">Whether left and right change places.</param>
    /// <param name="padding">For each channel a row of the value that there is beyond the image.</param>
    /// <param name="columns">Memory for as many numbers as the image has columns.</param>
    /// <param name="weights">The same.</param>
    /// <param name="blended">Memory for one more.</param>
    public WindowRows(
        CropWindow window, bool isMirrored, ReadOnlySpan<byte> padding, Span<int> columns, Span<float> weights, Span<float> blended)
    {
        var size = columns.Length;
        _window = window;
        _inside = window.ColumnsInside(size);
        _padding = padding;
        _columns = columns;
        _weights = weights;
        _blended = blended;
        _blended.Clear();
        for (var x = 0; x < size; x++)
        {
            var place = isMirrored ? size - 1 - x : x;
            (_columns[place], _weights[place]) = Source(x, window.Width, size);
        }
    }

    /// <summary>Makes one row of one channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="plane">The image's values in it.</param>
    /// <param name="y">The number of the row.</param>
    /// <param name="target">Where it goes.</param>
    public void Make(int channel, ReadOnlySpan<byte> plane, int y, Span<float> target)
    {
        var (row, weight) = Source(y, _window.Height, _columns.Length);
        var padding = _padding.Slice(channel * _columns.Length, _columns.Length);
        _blended[.._inside.Start].Fill(padding[0]);
        _blended[_inside.End.._window.Width].Fill(padding[0]);
        Blend(Row(plane, row, padding), weight == 0 ? default : Row(plane, row + 1, padding), weight, _blended[_inside]);

        // The slices tell the compiler that the places are in them.
        ReadOnlySpan<float> blended = _blended;
        var weights = _weights[.._columns.Length];
        target = target[.._columns.Length];
        for (var x = 0; x < _columns.Length; x++)
        {
            var column = _columns[x];
            var left = blended[column];
            target[x] = left + ((blended[column + 1] - left) * weights[x]);
        }
    }

    private static void Blend(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, float weight, Span<float> blended)
    {
        upper = upper[..blended.Length];
        if (lower.IsEmpty)
        {
            for (var x = 0; x < blended.Length; x++)
            {
                blended[x] = upper[x];
            }

            return;
        }

        lower = lower[..blended.Length];
        for (var x = 0; x < blended.Length; x++)
        {
            blended[x] = upper[x] + ((lower[x] - upper[x]) * weight);
        }
    }

    /// <summary>
    /// Where a value lies in the window: between a pixel and the next one, and so much nearer to the next. There is no next one after the
    /// last, nor is it looked at.
    /// </summary>
    private static (int Pixel, float Weight) Source(int place, int extent, int size)
    {
        var source = Math.Clamp(((place + 0.5f) * extent / size) - 0.5f, 0, extent - 1);
        var pixel = (int)source;
        return (pixel, source - pixel);
    }

    /// <summary>The window's part of a row of the image, as far as it lies in it.</summary>
    private ReadOnlySpan<byte> Row(ReadOnlySpan<byte> plane, int row, ReadOnlySpan<byte> padding)
    {
        var size = _columns.Length;
        var y = _window.Top + row;
        var (first, count) = _inside.GetOffsetAndLength(_window.Width);
        return (uint)y < (uint)size ? plane.Slice((y * size) + _window.Left + first, count) : padding[..count];
    }
}
