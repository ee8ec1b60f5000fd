using Plrs.MLNet.Randomness;

namespace Plrs.MLNet.Training;

/// <summary>The examples of one epoch in the order in which they are read. It depends on the seed and the epoch alone.</summary>
internal sealed class EpochOrder
{
    private readonly int _epoch;

    // How often each example came before in the epoch; null where each comes once.
    private readonly ReadOnlyMemory<int>? _repeats;

    private EpochOrder(ReadOnlyMemory<int> examples, ReadOnlyMemory<int>? repeats, int epoch)
    {
        Examples = examples;
        _repeats = repeats;
        _epoch = epoch;
    }

    /// <summary>The numbers of the examples in their set.</summary>
    public ReadOnlyMemory<int> Examples { get; }

    /// <summary>A part of the order.</summary>
    public EpochOrder this[Range range] => new(Examples[range], _repeats?[range], _epoch);

    /// <summary>Every example once.</summary>
    public static EpochOrder OfAll(SessionExamples examples, int seed, int epoch) =>
        new(Shuffled(examples.Examples, RandomStream.Shuffle, seed, epoch), repeats: null, epoch);

    /// <summary>
    /// As many examples of each class that has any, up to one: of a large class some, drawn anew in every epoch, of a small one all of them
    /// again and again. Which classes have one more changes from epoch to epoch.
    /// </summary>
    public static EpochOrder OfEqualClasses(SessionExamples examples, int seed, int epoch)
    {
        int[][] classes =
        [
            .. Shuffled(examples.Examples, RandomStream.Sampling, seed, epoch)
                .GroupBy(examples.Set.Label)
                .OrderBy(ofClass => ofClass.Key)
                .Select(ofClass => ofClass.ToArray()),
        ];
        var (share, rest) = Math.DivRem(examples.Count, classes.Length);
        var drawn = classes.SelectMany((ofClass, number) =>
            Enumerable.Range(0, share + ((number + epoch) % classes.Length < rest ? 1 : 0)).Select(i => ofClass[i % ofClass.Length]));
        var order = Shuffled(drawn, RandomStream.Shuffle, seed, epoch);

        var count = new int[examples.Set.Count];
        return new EpochOrder(order, (int[])[.. order.Select(example => count[example]++)], epoch);
    }

    /// <summary>Which use of its example a place in the order is, of all in the run: each has random changes of its own.</summary>
    public long Use(int place) => _epoch + ((long)(_repeats?.Span[place] ?? 0) << 32);

    private static int[] Shuffled(IEnumerable<int> examples, RandomStream stream, int seed, int epoch)
    {
        int[] order = [.. examples];
        Shuffle.InPlace(order, seed, stream, epoch);
        return order;
    }
}
