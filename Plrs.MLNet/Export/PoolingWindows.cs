namespace Plrs.MLNet.Export;

/// <summary>
/// The windows of a pooling to a size: as many as that, together the whole length, each from where its share of it begins to where it ends.
/// </summary>
internal static class PoolingWindows
{
    /// <summary>The share that each pixel has in the mean of each window.</summary>
    /// <param name="length">The number of pixels.</param>
    /// <param name="count">The number of windows.</param>
    /// <param name="isColumnByWindow">Whether a column is a window, not a row.</param>
    /// <returns>A matrix, row by row.</returns>
    public static float[] Shares(int length, int count, bool isColumnByWindow)
    {
        var shares = new float[count * length];
        for (var window = 0; window < count; window++)
        {
            var begin = window * length / count;
            var end = (((window + 1) * length) + count - 1) / count;
            for (var pixel = begin; pixel < end; pixel++)
            {
                shares[isColumnByWindow ? (pixel * count) + window : (window * length) + pixel] = 1f / (end - begin);
            }
        }

        return shares;
    }
}
