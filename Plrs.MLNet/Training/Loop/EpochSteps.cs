using Plrs.MLNet.Images;

namespace Plrs.MLNet.Training;

/// <summary>
/// The steps of an epoch. A last batch of very few images would make a step as large as the others on their word alone, and give batch norm
/// statistics of them, so it is left out: the images are others in every epoch.
/// </summary>
/// <param name="Images">The number of images there are.</param>
/// <param name="BatchSize">The number in a step.</param>
/// <param name="MinimumLast">
/// The fewest in the last step, or <see langword="null"/> for two, or a sixteenth of a batch if that is more.
/// </param>
internal readonly record struct EpochSteps(int Images, int BatchSize, int? MinimumLast)
{
    private const int UsualMinimum = 2;
    private const int UsualShare = 16;

    /// <summary>The number of images that are trained on in an epoch.</summary>
    public int TrainedImages
    {
        get
        {
            var last = Images % BatchSize;
            return Images > BatchSize && last < (MinimumLast ?? Math.Max(UsualMinimum, BatchSize / UsualShare)) ? Images - last : Images;
        }
    }

    /// <summary>The number of steps in an epoch, at least 1.</summary>
    public int Count => BatchReader.BatchCount(TrainedImages, BatchSize);
}
