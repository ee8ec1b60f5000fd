namespace Plrs.MLNet.Experiments.CommandLines;

/// <summary>The word that somebody who mistyped one may have meant.</summary>
internal static class Spelling
{
    /// <summary>A question to add to an error: " Did you mean 'train'?", or nothing where no word is near.</summary>
    public static string DidYouMean(string typed, IEnumerable<string> words) =>
        Nearest(typed, words) is { } word ? $" Did you mean '{word}'?" : "";

    /// <summary>
    /// The nearest word: a letter of three may differ, or its end may be missing. <see langword="null"/> if none is near.
    /// </summary>
    public static string? Nearest(string typed, IEnumerable<string> words)
    {
        var (nearest, least) = words
            .Select(word => (Word: word, Distance: Distance(typed.ToUpperInvariant(), word.ToUpperInvariant())))
            .DefaultIfEmpty((Word: "", Distance: int.MaxValue))
            .MinBy(pair => pair.Distance);
        return typed.Trim('-').Length < 2 ? null
            : least <= Math.Max(1, typed.Length / 3) ? nearest
            : words.FirstOrDefault(word => word.StartsWith(typed, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>How many letters must be put in, left out, replaced or exchanged with their neighbour.</summary>
    private static int Distance(string one, string other)
    {
        var distances = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                distances[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(distances[i - 1, j], distances[i, j - 1]) + 1,
                    distances[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    distances[i, j] = Math.Min(distances[i, j], distances[i - 2, j - 2] + 1);
                }
            }
        }

        return distances[one.Length, other.Length];
    }
}
