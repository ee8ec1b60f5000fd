namespace Plrs.MLNet.Records;

/// <summary>What was different for the first steps of a training that went on from a checkpoint.</summary>
public sealed class EarlierPart
{
    /// <summary>How many steps of the run were done when the part ended.</summary>
    public long Steps { get; init; }

    /// <summary>The schedule in words.</summary>
    public string Schedule { get; init; } = "";

    /// <summary>The averaging of the weights in words.</summary>
    public string WeightAveraging { get; init; } = "";

    /// <summary>The range test that found the schedule's bounds; <see langword="null"/> where they were given.</summary>
    public RangeTestRecord? RangeTest { get; init; }

    /// <summary>The versions, by name.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>The device, the number of libtorch's threads and the processor, by name.</summary>
    public IReadOnlyDictionary<string, string> Machine { get; init; } = new Dictionary<string, string>();
}
