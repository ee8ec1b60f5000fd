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
    /// How many to draw of each class so that it is <paramref name="total"/> in all, or as many as there can be: shares rounded by the
    /// largest remainder.
    /// </summary>
    /// <param name="sizes">The classes' sizes, each at least 1.</param>
    /// <param name="total">The number to draw, less than there are.</param>
    public static int[] Quotas(IReadOnlyList<int> sizes, int total)
    {
        var all = sizes.Sum(size => (long)size);
        int[] quotas = [.. sizes.Select(size => (int)((long)size * total / all))];
        int[] byRemainder = [.. Enumerable.Range(0, sizes.Count).OrderByDescending(i => (long)sizes[i] * total % all)];
        var left = Math.Min(total, all - sizes.Count) - quotas.Sum(quota => (long)quota);
        while (left > 0)
        {
            foreach (var i in byRemainder)
            {
                if (left > 0 && quotas[i] < sizes[i] - 1)
                {
                    quotas[i]++;
                    left--;
                }
            }
        }

        return quotas;
    }

    /// <summary>How many to draw of a class: the rounded share, but one at least on both sides where there are two.</summary>
    public static int Quota(int size, double fraction) => size < 2 ? 0 : (int)Math.Clamp(Math.Round(size * fraction), 1, size - 1);

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
