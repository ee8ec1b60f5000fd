namespace Plrs.MLNet;

/// <summary>What is kept of the images between the epochs, and where. The trained weights do not depend on it.</summary>
public enum ImageCacheMode
{
    /// <summary>
    /// Images are decoded and resized once. What they are then, three bytes a pixel, is kept in memory up to the cache budget and
    /// in a file beyond it.
    /// </summary>
    Auto,

    /// <summary>As <see cref="Auto"/>, all in memory, whatever the budget.</summary>
    Memory,

    /// <summary>As <see cref="Auto"/>, all in a file.</summary>
    Disk,

    /// <summary>
    /// Nothing decoded is kept: images are decoded anew each time that they are used. The encoded images are kept, in memory up to
    /// the cache budget and in a file beyond it. Images of an image column have no encoded form, and are kept as in <see cref="Auto"/>.
    /// </summary>
    None,
}
