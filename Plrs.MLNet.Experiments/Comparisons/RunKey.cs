using System.Globalization;

namespace Plrs.MLNet.Experiments.Comparisons;

/// <summary>What tells one run of an experiment from another.</summary>
/// <param name="Schedule">The name of the schedule.</param>
/// <param name="Seed">The seed of everything random.</param>
/// <param name="Fold">The fold that is tested with, from 1; <see langword="null"/> where the data has images to test with.</param>
internal sealed record RunKey(string Schedule, int Seed, int? Fold)
{
    /// <summary>The name of its files.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Schedule}-seed{Seed}{(Fold is { } fold ? $"-fold{fold}" : "")}");
}
