namespace Plrs.MLNet.Schedules;

/// <summary>
/// A schedule that can take the length of its plan from the run: made without a number of epochs, it gets that of the trainer it is given
/// to, or of <see cref="Torch.ScheduleLR"/>. Until then it has no rates.
/// </summary>
public interface IRunLengthSchedule : IPlannedSchedule
{
    /// <summary>Whether it still needs the length of the run.</summary>
    bool TakesLengthOfRun { get; }

    /// <summary>The same schedule for a run of some length; this one is unchanged.</summary>
    /// <param name="totalEpochs">The epochs of the whole run, at least 1.</param>
    /// <returns>The schedule for that run; for as many epochs as before, where it was made for a number of them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The run is too short for the schedule.</exception>
    ILearningRateSchedule WithTotalEpochs(int totalEpochs);
}
