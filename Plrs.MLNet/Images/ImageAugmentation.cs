namespace Plrs.MLNet.Images;

/// <summary>
/// Random changes made to every training image each time it is used. They depend on the seed, the epoch and the image's
/// place among those that can be used alone, not on the order or the threads that prepare the batches.
/// </summary>
public sealed record ImageAugmentation
{
    /// <summary>No change.</summary>
    public static ImageAugmentation None { get; } = new();

    /// <summary>Random crop with a padding of 4 pixels and horizontal flip: the usual choice for CIFAR-10.</summary>
    public static ImageAugmentation CropAndFlip { get; } = new() { RandomCropPadding = 4, HorizontalFlip = true };

    /// <summary>
    /// The image is padded with black by this many pixels on every side, and a window of its own size is cut at a random
    /// place. From 0 (none, the default) to the image size.
    /// </summary>
    public int RandomCropPadding { get; init; }

    /// <summary>Whether every second image, at random, is mirrored left to right. Default <see langword="false"/>: not every kind of object may be mirrored.</summary>
    public bool HorizontalFlip { get; init; }
}
