using Plrs.MLNet.Randomness;

namespace Plrs.MLNet.Training;

/// <summary>The images of one epoch in the order in which they are trained on. It depends on the seed and the epoch alone.</summary>
internal sealed class EpochOrder
{
    private readonly int _epoch;

    // How often each image came before in the epoch; null where each comes once.
    private readonly int[]? _repeats;

    private EpochOrder(int[] images, int[]? repeats, int epoch)
    {
        Images = images;
        _repeats = repeats;
        _epoch = epoch;
    }

    /// <summary>The numbers of the images in the training set, as many as there are to train on.</summary>
    public ReadOnlyMemory<int> Images { get; }

    /// <summary>Every image once.</summary>
    public static EpochOrder OfAll(TrainingData data, int seed, int epoch) => new(Shuffled(data.TrainImages, RandomStream.Shuffle, seed, epoch), repeats: null, epoch);

    /// <summary>
    /// As many images of each class that has any, up to one: of a large class some, drawn anew in every epoch, of a small one all of them again and again. Which classes have one more
    /// changes from epoch to epoch.
    /// </summary>
    public static EpochOrder OfEqualClasses(TrainingData data, int seed, int epoch)
    {
        int[][] classes =
        [
            .. Shuffled(data.TrainImages, RandomStream.Sampling, seed, epoch)
                .GroupBy(data.TrainSet.Label)
                .OrderBy(images => images.Key)
                .Select(images => images.ToArray()),
        ];
        var (share, rest) = Math.DivRem(data.TrainImages.Length, classes.Length);
        var drawn = classes.SelectMany((images, number) =>
            Enumerable.Range(0, share + ((number + epoch) % classes.Length < rest ? 1 : 0)).Select(i => images[i % images.Length]));
        var order = Shuffled(drawn, RandomStream.Shuffle, seed, epoch);

        var count = new int[data.TrainSet.Count];
        return new EpochOrder(order, [.. order.Select(image => count[image]++)], epoch);
    }

    /// <summary>Which use of its image a place in the order is, of all in the run: each has random changes of its own.</summary>
    public long Use(int place) => _epoch + ((long)(_repeats?[place] ?? 0) << 32);

    private static int[] Shuffled(IEnumerable<int> images, RandomStream stream, int seed, int epoch)
    {
        int[] order = [.. images];
        Shuffle.InPlace(order, seed, stream, epoch);
        return order;
    }
}
