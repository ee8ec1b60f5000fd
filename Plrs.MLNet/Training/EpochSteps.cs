using Plrs.MLNet.Images.Batching;

namespace Plrs.MLNet.Training;

/// <summary>
/// What the steps of an epoch take. A last batch of very few images would make a step as large as the others on their word alone, and give batch
/// norm statistics of them, so it is left out: the images are others in every epoch.
/// </summary>
internal static class EpochSteps
{
    private const int UsualMinimum = 2;
    private const int UsualShare = 16;

    /// <summary>The number of images that are trained on in an epoch.</summary>
    /// <param name="images">The number there is.</param>
    /// <param name="batchSize">The number in a step.</param>
    /// <param name="minimumLast">The fewest in the last step, or <see langword="null"/> for two, or a sixteenth of a batch where that is more.</param>
    public static int ImageCount(int images, int batchSize, int? minimumLast)
    {
        var last = images % batchSize;
        return images > batchSize && last < (minimumLast ?? Math.Max(UsualMinimum, batchSize / UsualShare)) ? images - last : images;
    }

    /// <summary>The number of steps in an epoch, at least 1.</summary>
    /// <inheritdoc cref="ImageCount" path="/param"/>
    public static int Count(int images, int batchSize, int? minimumLast) =>
        BatchReader.BatchCount(ImageCount(images, batchSize, minimumLast), batchSize);
}
