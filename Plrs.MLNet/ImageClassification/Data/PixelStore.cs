namespace Plrs.MLNet.ImageClassification.Data;

/// <summary>Decoded images in memory, all of one size in bytes. It grows in chunks, so that nothing is ever copied.</summary>
internal sealed class PixelStore(int imageBytes)
{
    private const int ChunkBytes = 4 << 20;

    private readonly int _imagesPerChunk = Math.Max(1, ChunkBytes / imageBytes);
    private readonly List<byte[]> _chunks = [];

    /// <summary>The bytes of one image, to read or to fill.</summary>
    public Span<byte> this[int index]
    {
        get
        {
            var (chunk, position) = Math.DivRem(index, _imagesPerChunk);
            return _chunks[chunk].AsSpan(position * imageBytes, imageBytes);
        }
    }

    /// <summary>Makes room for <paramref name="count"/> images.</summary>
    public void Grow(int count)
    {
        while ((long)_chunks.Count * _imagesPerChunk < count)
        {
            _chunks.Add(GC.AllocateUninitializedArray<byte>(_imagesPerChunk * imageBytes));
        }
    }
}
