namespace Plrs.MLNet;

/// <summary>
/// Random changes made to every training image each time it is used. They depend on the seed, the epoch and the image's place among those
/// that can be used alone, not on the order or the threads that prepare the batches. <see cref="MixupAlpha"/> depends on the seed, the step
/// and its batch.
/// </summary>
public sealed record ImageAugmentation
{
    /// <summary>No change.</summary>
    public static ImageAugmentation None { get; } = new();

    /// <summary>Random crop with a padding of 4 pixels and horizontal flip: the usual choice for CIFAR-10.</summary>
    public static ImageAugmentation CropAndFlip { get; } = new() { RandomCropPadding = 4, HorizontalFlip = true };

    /// <summary>
    /// For photos: windows of at least 0.35 of the image, between 3:4 and 4:3 in shape, enlarged to the image size; horizontal flip;
    /// brightness, contrast and saturation changed by up to 0.2.
    /// </summary>
    public static ImageAugmentation Photos { get; } = new()
    {
        MinimumCropArea = 0.35,
        HorizontalFlip = true,
        Brightness = 0.2,
        Contrast = 0.2,
        Saturation = 0.2,
    };

    /// <summary>
    /// The image is padded by this many pixels on every side with the mean colour, which normalises to zero, and a window of its own size
    /// is cut at a random place. From 0 (none, the default) to the image size.
    /// </summary>
    public int RandomCropPadding { get; init; }

    /// <summary>
    /// A window is cut at a random place and enlarged to the image size, bilinearly; its area is a random share of the image's, from this
    /// one to 1. Above 0, up to 1 (the whole image, the default). Smaller windows show objects in more sizes, and may miss them. It is
    /// torchvision's <c>RandomResizedCrop</c>, whose default is 0.08, on the image as it is when it has been brought to the image size.
    /// </summary>
    public double MinimumCropArea { get; init; } = 1;

    /// <summary>
    /// The most that the window of <see cref="MinimumCropArea"/> may be wider than high, or higher than wide: at least 1 (squares). Default
    /// 4/3.
    /// </summary>
    public double MaximumCropAspectRatio { get; init; } = 4.0 / 3;

    /// <summary>
    /// Whether every second image, at random, is mirrored left to right. Default <see langword="false"/>: not every kind of object may be
    /// mirrored.
    /// </summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>
    /// All values of an image are multiplied by a random factor that is at most this far from 1. From 0 (none, the default) to 1.
    /// </summary>
    public double Brightness { get; init; }

    /// <summary>
    /// All values' distances from the image's mean grey are multiplied by a random factor that is at most this far from 1. From 0 (none,
    /// the default) to 1.
    /// </summary>
    public double Contrast { get; init; }

    /// <summary>
    /// All colours' distances from their greys are multiplied by a random factor that is at most this far from 1. From 0 (none, the
    /// default) to 1.
    /// </summary>
    public double Saturation { get; init; }

    /// <summary>
    /// All colours are turned by a random angle, about grey and with their brightness kept; it is at most this share of a full turn, in
    /// either direction. From 0 (none, the default) to 0.5. Not where the colour tells the classes apart.
    /// </summary>
    public double Hue { get; init; }

    /// <summary>
    /// Mixup (Zhang et al. 2018): each image of a batch is mixed with another one of the same batch, λ of the one and 1 − λ of the other,
    /// and so is its loss; λ is drawn from Beta(α, α) for every step, and this is α. Finite and at least 0 (none, the default); 0.1 to 0.4
    /// is usual. The larger of λ and 1 − λ is an image's own share, and the accuracy that is reported for the training is that of its own
    /// class.
    /// </summary>
    public double MixupAlpha { get; init; }
}
