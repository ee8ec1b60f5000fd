namespace Plrs.MLNet.Records;

/// <summary>The schedule of a training, and where its bounds are from.</summary>
public sealed class ScheduleRecord
{
    /// <summary>The schedule in words.</summary>
    public string Description { get; init; } = "";

    /// <summary>L_min, the lower bound of PLRS; <see langword="null"/> for other schedules.</summary>
    public double? MinimumLearningRate { get; init; }

    /// <summary>L_max, the upper bound of PLRS; <see langword="null"/> for other schedules.</summary>
    public double? MaximumLearningRate { get; init; }

    /// <summary>The number of steps in an epoch.</summary>
    public int StepsPerEpoch { get; init; }

    /// <summary>
    /// The learning rates of the steps that were made, from the first step of the run on: of each, or of every
    /// <see cref="LearningRateInterval"/>-th, so that there are 200 at most. Empty if the training went on from a checkpoint of version
    /// 1.0.0 with another schedule: what the rates before it were is not known.
    /// </summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [];

    /// <summary>How many steps lie between one of the <see cref="LearningRates"/> and the next.</summary>
    public long LearningRateInterval { get; init; }

    /// <summary>The range test that found the bounds when training started; <see langword="null"/> where they were given.</summary>
    public RangeTestRecord? RangeTest { get; init; }
}

/// <summary>What a range test found.</summary>
public sealed class RangeTestRecord
{
    /// <summary>The proposal in words.</summary>
    public string Proposal { get; init; } = "";

    /// <summary>How far the sweeps agree: None, Low, Medium or High.</summary>
    public string Confidence { get; init; } = "";

    /// <summary>L̄, the rate at which the smoothed loss has turned up.</summary>
    public double TurningLearningRate { get; init; }

    /// <summary>The highest of the sweeps' maxima over the lowest.</summary>
    public double Spread { get; init; }

    /// <summary>The sweeps.</summary>
    public IReadOnlyList<SweepRecord> Sweeps { get; init; } = [];
}

/// <summary>One sweep of a range test, with twenty points of its curve at most.</summary>
public sealed class SweepRecord
{
    /// <summary>The sweep's seed.</summary>
    public int Seed { get; init; }

    /// <summary>The number of steps that were made.</summary>
    public int Steps { get; init; }

    /// <summary>L_max by this sweep alone; <see langword="null"/> without a usable range.</summary>
    public double? MaximumLearningRate { get; init; }

    /// <summary>Rates of the curve, rising.</summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [];

    /// <summary>The smoothed losses at these rates.</summary>
    public IReadOnlyList<double> SmoothedLosses { get; init; } = [];
}
