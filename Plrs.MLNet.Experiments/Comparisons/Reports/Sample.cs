namespace Plrs.MLNet.Experiments.Comparisons.Reports;

/// <summary>The maximum, mean and standard deviation of some numbers.</summary>
internal readonly record struct Sample
{
    public Sample(IReadOnlyCollection<double> values)
    {
        Count = values.Count;
        Maximum = Count == 0 ? double.NaN : values.Max();
        Mean = Count == 0 ? double.NaN : values.Average();
        var mean = Mean;
        StandardDeviation = Count < 2 ? double.NaN : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (Count - 1));
    }

    public int Count { get; }

    public double Maximum { get; }

    public double Mean { get; }

    /// <summary>That of a sample, with n − 1; NaN of fewer than two.</summary>
    public double StandardDeviation { get; }
}
