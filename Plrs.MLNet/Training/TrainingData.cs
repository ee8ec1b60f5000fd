using Plrs.MLNet.Images.Batching;
using Plrs.MLNet.Images.Caching;
using Plrs.MLNet.Randomness;

namespace Plrs.MLNet.Training;

/// <summary>What one training run learns from and is checked on.</summary>
internal sealed class TrainingData
{
    private TrainingData(ImageSet trainSet, int[] trainImages, ImageSet validationSet, int[] validationImages)
    {
        TrainSet = trainSet;
        TrainImages = trainImages;
        ValidationSet = validationSet;
        ValidationImages = validationImages;
        Normalization = Normalization.Measure(trainSet, trainImages);
    }

    public ImageSet TrainSet { get; }

    /// <summary>The numbers of the images in <see cref="TrainSet"/> that are trained on.</summary>
    public int[] TrainImages { get; }

    public ImageSet ValidationSet { get; }

    /// <summary>The numbers of the images in <see cref="ValidationSet"/> that are validated on; may be none.</summary>
    public int[] ValidationImages { get; }

    public bool HasValidation => ValidationImages.Length > 0;

    /// <summary>Measured on the images that are trained on, and on no others.</summary>
    public Normalization Normalization { get; }

    /// <summary>Training and validation data of their own.</summary>
    public static TrainingData Create(ImageSet train, ImageSet validation) => new(train, All(train), validation, All(validation));

    /// <summary>One data set of which a share, drawn at random and rounded down, is for validation. One image at least is trained on.</summary>
    public static TrainingData Split(ImageSet set, float validationFraction, int seed)
    {
        var images = All(set);
        var validationCount = Math.Min((int)(set.Count * validationFraction), set.Count - 1);
        if (validationCount > 0)
        {
            Shuffle.InPlace(images, seed, RandomStream.Split, index: 0);
        }

        return new TrainingData(set, images[validationCount..], set, images[..validationCount]);
    }

    private static int[] All(ImageSet set) => [.. Enumerable.Range(0, set.Count)];
}
