namespace Plrs.MLNet.Schedules;

/// <summary>
/// Where a training run is: the position of one optimizer update in a run whose epochs all have the same number of updates.
/// </summary>
/// <remarks>The default value is the first step of a run with one update in an epoch.</remarks>
public readonly record struct TrainingStep
{
    // One less, so that the default value is valid. Epochs are worked out when asked for: a schedule that needs the index alone pays no
    // division.
    private readonly int _furtherStepsPerEpoch;

    /// <summary>Describes one step.</summary>
    /// <param name="index">The number of optimizer updates made before this one in the whole run, from 0.</param>
    /// <param name="stepsPerEpoch">
    /// The number of updates in an epoch, at least 1; a last partial batch that is trained on counts as one.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="index"/> is negative, or <paramref name="stepsPerEpoch"/> is less than 1.
    /// </exception>
    public TrainingStep(long index, int stepsPerEpoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerEpoch, 1);
        Index = index;
        _furtherStepsPerEpoch = stepsPerEpoch - 1;
    }

    /// <summary>The number of optimizer updates made before this one in the whole run, from 0. Never repeats within a run.</summary>
    public long Index { get; }

    /// <summary>The number of updates in an epoch, at least 1.</summary>
    public int StepsPerEpoch => _furtherStepsPerEpoch + 1;

    /// <summary>The number of passes over the data completed before this step, from 0.</summary>
    public long Epoch => Index / StepsPerEpoch;

    /// <summary>The number of updates made before this one in its epoch, from 0.</summary>
    public int StepInEpoch => (int)(Index % StepsPerEpoch);

    /// <summary>The position in epochs, with the fraction of the current one: 2.5 is the middle of the third epoch.</summary>
    public double EpochPosition => (double)Index / StepsPerEpoch;
}
