
namespace Plrs.MLNet.Images;

/// <summary>The usable images of a data set, with their classes.</summary>
/// <param name="cache">Where they are.</param>
/// <param name="first">The number of the cache's records before the set's first.</param>
/// <param name="isEncoded">Whether they are kept encoded.</param>
/// <param name="labels">Their classes, from 0.</param>
/// <param name="summaries">What is known of each.</param>
internal sealed class ImageSet(ImageCache cache, int first, bool isEncoded, int[] labels, ImageSummary[] summaries) : IExampleSet
{
    /// <inheritdoc/>
    public int Count => labels.Length;

    /// <summary>Width and height in pixels.</summary>
    public int ImageSize => cache.Decoding.Size;

    /// <inheritdoc/>
    public IReadOnlyList<int> Shape => [ImageDecoder.Channels, ImageSize, ImageSize];

    /// <summary>The medians of the images' own widths and heights, before they are brought to <see cref="ImageSize"/>.</summary>
    public (int Width, int Height) MedianSize { get; init; }

    /// <summary>The number of rows whose images could not be used.</summary>
    public int SkippedCount { get; init; }

    /// <summary>Whether reading an image is decoding it.</summary>
    public bool IsEncoded => isEncoded;

    /// <inheritdoc/>
    public int Label(int index) => labels[index];

    public ImageSummary Summary(int index) => summaries[index];

    /// <inheritdoc/>
    public IExampleReader CreateReader() => new Reader(this, cache, first);

    private sealed class Reader(ImageSet set, ImageCache cache, int first) : IExampleReader
    {
        private byte[] _record = [];
        private byte[] _pixels = [];
        private ImageDecoder? _decoder;

        /// <summary>The decoded bytes of one image (see <see cref="ImageDecoder"/>), until the next is read.</summary>
        public ReadOnlySpan<byte> Read(int index)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)set.Count, nameof(index));
            var record = cache.Records.Read(first + index, ref _record);
            return set.IsEncoded ? Decode(record) : record;
        }

        public void Dispose() => _decoder?.Dispose();

        private byte[] Decode(ReadOnlySpan<byte> encoded)
        {
            if (_decoder is null)
            {
                _decoder = new ImageDecoder(cache.Decoding);
                _pixels = new byte[cache.Decoding.DecodedBytes];
            }

            return _decoder.Decode(new ImageInput(encoded), _pixels) is { } reason
                ? throw new InvalidOperationException($"An image that could be decoded before cannot be decoded now: {reason}.")
                : _pixels;
        }
    }
}
