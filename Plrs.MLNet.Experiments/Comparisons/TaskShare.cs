using System.Globalization;

namespace Plrs.MLNet.Experiments.Comparisons;

/// <summary>
/// One of several equal shares of the runs, written as 2/4: so that as many processes, on as many machines, do all of them once.
/// </summary>
/// <param name="Number">Which share, from 1.</param>
/// <param name="Count">The number of shares.</param>
internal readonly record struct TaskShare(int Number, int Count)
{
    public const string Form = "two numbers such as 2/4, the second of four shares";

    /// <summary>Reads a share as it is written.</summary>
    public static bool TryParse(string text, out TaskShare share)
    {
        share = default;
        if (text.Split('/') is not [var first, var second]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || number < 1 || number > count)
        {
            return false;
        }

        share = new TaskShare(number, count);
        return true;
    }

    /// <summary>
    /// The runs of this share: those between two places in the list, in which the schedules of a seed are neighbours. Every so many of all
    /// would often be the same schedule's.
    /// </summary>
    public IEnumerable<T> Of<T>(IReadOnlyList<T> runs)
    {
        var all = (long)runs.Count;
        return runs.Take((int)(all * (Number - 1) / Count)..(int)(all * Number / Count));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");
}
