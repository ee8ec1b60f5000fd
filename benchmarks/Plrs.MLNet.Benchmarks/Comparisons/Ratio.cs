namespace Plrs.MLNet.Benchmarks.Comparisons;

/// <summary>The images per second of one variant, as a ratio to those of another.</summary>
/// <param name="Description">Its name in the table.</param>
/// <param name="Of">The name of the one.</param>
/// <param name="To">The name of the other.</param>
internal sealed record Ratio(string Description, string Of, string To)
{
    /// <summary>The time that one variant takes, as a ratio to that of another.</summary>
    public static Ratio OfTimes(string description, string of, string to) => new(description, Of: to, To: of);

    public double In(IReadOnlyDictionary<string, double> imagesPerSecond) => imagesPerSecond[Of] / imagesPerSecond[To];
}
