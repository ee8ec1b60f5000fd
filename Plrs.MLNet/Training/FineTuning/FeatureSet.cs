using Plrs.MLNet.Images;

namespace Plrs.MLNet.Training;

/// <summary>
/// The features of a set's images, each seen in several ways: as it is, and mirrored. They are records like the images themselves.
/// </summary>
/// <param name="records">Where they are.</param>
/// <param name="first">The number of records before the first.</param>
/// <param name="images">The images.</param>
/// <param name="length">The length of an image's features.</param>
internal sealed class FeatureSet(RecordStore records, int first, ImageSet images, int length) : IExampleSet
{
    /// <summary>In how many ways each image is seen.</summary>
    public const int Views = 2;

    public int Count => Views * images.Count;

    public IReadOnlyList<int> Shape => [length];

    public bool IsEncoded => false;

    public int Label(int index) => images.Label(index / Views);

    public IExampleReader CreateReader() => new Reader(records, first);

    /// <summary>The numbers of an image's features: as it is, then mirrored.</summary>
    public static IEnumerable<int> Of(int image) => Enumerable.Range(Views * image, Views);

    private sealed class Reader(RecordStore records, int first) : IExampleReader
    {
        private byte[] _buffer = [];

        public ReadOnlySpan<byte> Read(int index) => records.Read(first + index, ref _buffer);

        public void Dispose()
        {
        }
    }
}
