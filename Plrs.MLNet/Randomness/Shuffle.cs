namespace Plrs.MLNet.Randomness;

/// <summary>Random orders that depend on a seed and a number alone (Fisher–Yates with counter-based draws).</summary>
internal static class Shuffle
{
    /// <summary>Puts the items into a random order.</summary>
    /// <param name="items">The items; changed in place.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="stream">What the order is for.</param>
    /// <param name="index">Which order: the epoch.</param>
    public static void InPlace(Span<int> items, int seed, RandomStream stream, long index)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = Philox4x32.Below(last + 1, seed, stream, index, last);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}
