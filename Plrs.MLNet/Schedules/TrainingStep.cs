namespace Plrs.MLNet.Schedules;

/// <summary>Where a training run is: the position of one optimizer update.</summary>
public readonly record struct TrainingStep
{
    /// <summary>Describes one step.</summary>
    /// <param name="index">The number of optimizer updates made before this one in the whole run, from 0.</param>
    /// <param name="epoch">The number of passes over the data completed before this step, from 0.</param>
    /// <param name="stepInEpoch">The number of updates made before this one in its epoch, from 0.</param>
    /// <param name="stepsPerEpoch">The number of updates in an epoch, at least 1; a last partial batch counts as one.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative, or <paramref name="stepsPerEpoch"/> is less than 1.</exception>
    public TrainingStep(long index, int epoch, int stepInEpoch, int stepsPerEpoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(stepInEpoch);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerEpoch, 1);
        Index = index;
        Epoch = epoch;
        StepInEpoch = stepInEpoch;
        StepsPerEpoch = stepsPerEpoch;
    }

    /// <summary>The number of optimizer updates made before this one in the whole run, from 0. Never repeats within a run.</summary>
    public long Index { get; }

    /// <summary>The number of passes over the data completed before this step, from 0.</summary>
    public int Epoch { get; }

    /// <summary>The number of updates made before this one in its epoch, from 0.</summary>
    public int StepInEpoch { get; }

    /// <summary>The number of updates in an epoch, at least 1.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>The position in epochs, with the fraction of the current one: 2.5 is the middle of the third epoch.</summary>
    public double EpochPosition => Epoch + ((double)StepInEpoch / StepsPerEpoch);

    /// <summary>The step with number <paramref name="index"/> of a run whose epochs all have <paramref name="stepsPerEpoch"/> steps.</summary>
    /// <param name="index">The number of the step in the run, from 0.</param>
    /// <param name="stepsPerEpoch">The number of updates in an epoch, at least 1.</param>
    /// <returns>The step.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static TrainingStep At(long index, int stepsPerEpoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerEpoch, 1);
        var (epoch, stepInEpoch) = Math.DivRem(index, stepsPerEpoch);
        return new TrainingStep(index, checked((int)epoch), (int)stepInEpoch, stepsPerEpoch);
    }
}
