using Plrs.MLNet.Images;
using Plrs.MLNet.Randomness;

namespace Plrs.MLNet.Training;

/// <summary>What one training run learns from and is checked on.</summary>
internal sealed class TrainingData
{
    private TrainingData(ImageSet trainSet, int[] trainImages, ImageSet validationSet, int[] validationImages, Normalization? normalization)
    {
        TrainSet = trainSet;
        TrainImages = trainImages;
        ValidationSet = validationSet;
        ValidationImages = validationImages;
        Normalization = normalization ?? Normalization.Measure(trainSet, trainImages);
    }

    public ImageSet TrainSet { get; }

    /// <summary>The numbers of the images in <see cref="TrainSet"/> that are trained on.</summary>
    public int[] TrainImages { get; }

    public ImageSet ValidationSet { get; }

    /// <summary>The numbers of the images in <see cref="ValidationSet"/> that are validated on; may be none.</summary>
    public int[] ValidationImages { get; }

    public bool HasValidation => ValidationImages.Length > 0;

    /// <summary>
    /// The one that is given, such as that of the weights that training starts from; else measured on the images that are trained on, and
    /// on no others.
    /// </summary>
    public Normalization Normalization { get; }

    /// <summary>The number of images of each class that are trained on.</summary>
    public int[] ClassSizes(int classCount)
    {
        var sizes = new int[classCount];
        foreach (var image in TrainImages)
        {
            sizes[TrainSet.Label(image)]++;
        }

        return sizes;
    }

    /// <summary>Training and validation data of their own.</summary>
    public static TrainingData Create(ImageSet train, ImageSet validation, Normalization? normalization = null) =>
        new(train, All(train), validation, All(validation), normalization);

    /// <summary>
    /// One data set of which a share, rounded down and drawn at random from every class in proportion, is for validation. One image at
    /// least of every class is trained on.
    /// </summary>
    public static TrainingData Split(ImageSet set, float validationFraction, int seed, Normalization? normalization = null)
    {
        var count = Math.Min((int)(set.Count * validationFraction), set.Count - 1);
        if (count <= 0)
        {
            return new TrainingData(set, All(set), set, [], normalization);
        }

        var (validation, train) = Strata.Draw([.. All(set).Select(set.Label)], count, seed, ofEach: false);
        return new TrainingData(set, train, set, validation, normalization);
    }

    /// <summary>The same without validation.</summary>
    public TrainingData WithoutValidation() => new(TrainSet, TrainImages, ValidationSet, [], Normalization);

    /// <summary>The images as a session takes them.</summary>
    /// <param name="augmentation">Random changes to the training images, or <see langword="null"/> for none.</param>
    /// <param name="seed">The seed of these changes.</param>
    public SessionData Images(ImageAugmentation? augmentation, int seed)
    {
        var augmenter = augmentation is null ? null : new Augmenter(augmentation, Normalization, TrainSet.ImageSize, seed);
        return new SessionData(
            new SessionExamples(
                TrainSet, TrainImages, Normalize, augmenter is null
                    ? null
                    : order => (pixels, image, place, values) => augmenter.Apply(pixels, image, order.Use(place), values)),
            HasValidation ? new SessionExamples(ValidationSet, ValidationImages, Normalize) : null);

        void Normalize(ReadOnlySpan<byte> pixels, int image, int place, Span<float> values) => Normalization.Apply(pixels, values);
    }

    private static int[] All(ImageSet set) => [.. Enumerable.Range(0, set.Count)];
}
