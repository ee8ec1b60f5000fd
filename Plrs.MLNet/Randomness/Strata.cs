namespace Plrs.MLNet.Randomness;

/// <summary>
/// Draws parts of a set class by class, so that each part has the classes in the proportions of the whole, and no class is without an item
/// that is not drawn.
/// </summary>
internal static class Strata
{
    /// <summary>The items of each class, by their numbers, in random order; items of a class below 0 are in none.</summary>
    public static int[][] Shuffled(IReadOnlyList<int> classes, int seed)
    {
        int[] items = [.. Enumerable.Range(0, classes.Count)];
        Shuffle.InPlace(items, seed, RandomStream.Split, index: 0);
        return [.. items.Where(item => classes[item] >= 0).GroupBy(item => classes[item]).OrderBy(items => items.Key)
            .Select(items => items.ToArray())];
    }

    /// <summary>
    /// Draws items of every class in proportion, in random order. An item of each class is not drawn.
    /// </summary>
    /// <param name="classes">The classes of the items; items of a class below 0 are in none, and neither drawn nor left.</param>
    /// <param name="total">How many to draw, or as many as there can be.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="ofEach">Whether at least one is drawn of every class of two or more, whatever the total.</param>
    public static (int[] Drawn, int[] Left) Draw(IReadOnlyList<int> classes, int total, int seed, bool ofEach)
    {
        var shuffled = Shuffled(classes, seed);
        var quotas = Quotas([.. shuffled.Select(items => items.Length)], total);
        if (ofEach)
        {
            quotas = [.. quotas.Select((quota, i) => Math.Max(quota, shuffled[i].Length > 1 ? 1 : 0))];
        }

        return (
            [.. shuffled.SelectMany((items, i) => items[..quotas[i]])],
            [.. shuffled.SelectMany((items, i) => items[quotas[i]..])]);
    }

    /// <summary>
    /// How many to draw of each class so that it is <paramref name="total"/> in all: shares rounded by the largest remainder, up or down
    /// and no further. What classes of one cannot give, no other class gives in their place.
    /// </summary>
    /// <param name="sizes">The classes' sizes, each at least 1.</param>
    /// <param name="total">The number to draw, less than there are.</param>
    public static int[] Quotas(IReadOnlyList<int> sizes, int total)
    {
        var all = sizes.Sum(size => (long)size);
        int[] quotas = [.. sizes.Select(size => (int)((long)size * total / all))];
        var left = total - quotas.Sum(quota => (long)quota);
        foreach (var i in Enumerable.Range(0, sizes.Count).OrderByDescending(Remainder))
        {
            if (left > 0 && Remainder(i) > 0 && quotas[i] < sizes[i] - 1)
            {
                quotas[i]++;
                left--;
            }
        }

        return quotas;

        long Remainder(int i) => (long)sizes[i] * total % all;
    }

    /// <summary>
    /// Which fold each item is drawn for, when all are drawn once: the folds' sizes differ by one at most, and a class's items in them too.
    /// −1 for items that are drawn for none: those of no class, and the one of a class of one.
    /// </summary>
    public static int[] Folds(IReadOnlyList<int> classes, int folds, int seed)
    {
        var result = new int[classes.Count];
        Array.Fill(result, -1);
        var next = 0;
        foreach (var item in Shuffled(classes, seed).Where(items => items.Length > 1).SelectMany(items => items))
        {
            result[item] = next;
            next = (next + 1) % folds;
        }

        return result;
    }
}
