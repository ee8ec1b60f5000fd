
namespace Plrs.MLNet.Images;

/// <summary>The images of one run, of all its data sets. All memory and the file go with it.</summary>
internal sealed class ImageCache : IDisposable
{
    private readonly ImageCacheMode _mode;
    private readonly long _budget;
    private readonly bool _hasWorkspace;
    private readonly CacheFile _file;
    private readonly CacheFile _derivedFile;

    /// <param name="decoding">What images are made into.</param>
    /// <param name="mode">What is kept of them, and where.</param>
    /// <param name="budget">The most bytes of memory that they take, where the mode leaves it open.</param>
    /// <param name="workspace">The folder for the file, or <see langword="null"/>.</param>
    /// <param name="temporary">
    /// The folder for the file without a workspace, or <see langword="null"/> for the system's temporary one.
    /// </param>
    public ImageCache(DecoderSettings decoding, ImageCacheMode mode, long budget, string? workspace, string? temporary = null)
    {
        _mode = mode;
        _budget = mode switch
        {
            ImageCacheMode.Memory => long.MaxValue,
            ImageCacheMode.Disk => 0,
            _ => budget,
        };
        _hasWorkspace = workspace is not null;
        _file = new CacheFile(workspace, temporary);
        _derivedFile = new CacheFile(workspace, temporary);
        Decoding = decoding;
        Records = new RecordStore(_budget, _file);
        Derived = new RecordStore(_budget, _derivedFile);
    }

    public DecoderSettings Decoding { get; }

    /// <summary>The images, as they are kept.</summary>
    public RecordStore Records { get; }

    /// <summary>What is computed from the images, which is much less than these; it can be added to while the images are read.</summary>
    public RecordStore Derived { get; }

    /// <summary>Whether encoded images are kept as they are.</summary>
    public bool KeepsEncoded => _mode == ImageCacheMode.None;

    /// <summary>Finds out before the first image is read whether there is room for the file, if one will be needed.</summary>
    /// <param name="images">The number of images, where it is known.</param>
    /// <exception cref="InvalidOperationException">There is not.</exception>
    public void Prepare(long? images)
    {
        var bytes = KeepsEncoded ? null : images * Decoding.DecodedBytes;
        if (bytes <= _budget || _budget == long.MaxValue)
        {
            return;
        }

        try
        {
            _file.Open(reserved: Math.Max(0, bytes - _budget ?? 0));
        }
        catch (InvalidOperationException) when (bytes is null && !_hasWorkspace && _mode != ImageCacheMode.Disk)
        {
            // Memory may do. A system without a temporary folder is one to train on as well.
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _derivedFile.Dispose();
    }
}
