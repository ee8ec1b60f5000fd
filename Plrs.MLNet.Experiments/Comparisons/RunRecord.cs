namespace Plrs.MLNet.Experiments.Comparisons;

/// <summary>All that is kept of a run: one file.</summary>
internal sealed class RunRecord
{
    public required RunKey Key { get; init; }

    /// <summary>The schedule in words, with its rates.</summary>
    public string Rates { get; set; } = "";

    /// <summary>The bounds that a range test found before its first step; a run that goes on keeps them, on another machine, too.</summary>
    public FoundBounds? Bounds { get; set; }

    /// <summary>Where it was trained.</summary>
    public string Machine { get; set; } = "";

    public int TrainImages { get; set; }

    public int TestImages { get; set; }

    /// <summary>The number of images that could not be read.</summary>
    public int SkippedImages { get; set; }

    public int StepsPerEpoch { get; set; }

    public List<EpochRecord> Epochs { get; init; } = [];

    /// <summary>
    /// The loss of each step before its update, to four digits; <see langword="null"/> of a step whose loss was lost in an interruption.
    /// </summary>
    public List<float?> StepLosses { get; init; } = [];

    /// <summary>Why the training came to no end, or <see langword="null"/>.</summary>
    public string? Failure { get; set; }
}

/// <summary>What a range test proposed.</summary>
internal sealed record FoundBounds(double Minimum, double Maximum);

/// <summary>The figures of an epoch.</summary>
internal sealed record EpochRecord
{
    /// <summary>The mean cross-entropy of its steps in nats.</summary>
    public required double TrainLoss { get; init; }

    public required double TrainAccuracy { get; init; }

    /// <summary>The test images' cross-entropy, with the weights that the last step has left.</summary>
    public required double LastLoss { get; init; }

    public required double LastAccuracy { get; init; }

    /// <summary>The same with the averaged weights.</summary>
    public required double AveragedLoss { get; init; }

    public required double AveragedAccuracy { get; init; }

    /// <summary>The rate of its last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The time that its steps took, without the tests.</summary>
    public required double Seconds { get; init; }
}
