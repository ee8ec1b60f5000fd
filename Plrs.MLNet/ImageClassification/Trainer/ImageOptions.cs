namespace Plrs.MLNet;

/// <summary>What images are brought to, how training changes them, and where they are kept between the epochs.</summary>
/// <example>
/// <code>
/// options.Images.Size = 96;
/// options.Images.Augmentation = ImageAugmentation.Photos;
/// </code>
/// </example>
public sealed class ImageOptions
{
    /// <summary>
    /// The width and height in pixels that images are brought to, from 8 to 1024. Default <see langword="null"/>: what the network is made
    /// for (see <see cref="NetworkDefinition.ImageSize"/>), or the model that
    /// <see cref="TorchImageClassificationTrainer.Options.StartFrom"/> names.
    /// </summary>
    public int? Size { get; set; }

    /// <summary>
    /// How images that are not square get to the <see cref="Size"/>. The model scores with the same. Default <see langword="null"/>: what
    /// the model did that <see cref="TorchImageClassificationTrainer.Options.StartFrom"/> names; <see cref="ImageResizing.CenterCrop"/>
    /// with other pretrained weights, which were trained on undistorted images; <see cref="ImageResizing.Stretch"/> from scratch, as
    /// ML.NET's TensorFlow-backed trainer.
    /// </summary>
    public ImageResizing? Resizing { get; set; }

    /// <summary>
    /// Random changes to the training images. With <see cref="FineTuning.HeadOnly"/>, which sees an image once, only whether it may be
    /// mirrored counts. Default <see langword="null"/>: <see cref="ImageAugmentation.Photos"/> with pretrained weights,
    /// <see cref="ImageAugmentation.None"/> from scratch.
    /// </summary>
    public ImageAugmentation? Augmentation { get; set; }

    /// <summary>
    /// The most pixels, width times height, that an encoded image may have, from 1 to 536,870,912. One that claims more is skipped before
    /// memory is taken for it, also by the model when it scores. Default 134,217,728, which take 512 MiB while they are decoded.
    /// </summary>
    public long MaximumPixels { get; set; } = 1L << 27;

    /// <summary>
    /// What is kept of the images between the epochs, and where. The trained weights do not depend on it. Default
    /// <see cref="ImageCacheMode.Auto"/>: all of them decoded, in memory up to the <see cref="CacheBudget"/>, in a file beyond it.
    /// </summary>
    public ImageCacheMode CacheMode { get; set; } = ImageCacheMode.Auto;

    /// <summary>
    /// The most memory for images, in bytes, at least 0; those of the training and of the validation data together. With
    /// <see cref="ImageCacheMode.Auto"/> it is for decoded images, with <see cref="ImageCacheMode.None"/> for encoded ones; the other
    /// modes do not look at it. Default 1,073,741,824 (1 GiB).
    /// </summary>
    public long CacheBudget { get; set; } = 1L << 30;

    internal ImageOptions Clone() => (ImageOptions)MemberwiseClone();
}
