namespace Plrs.MLNet.Schedules;

/// <summary>
/// A schedule that plans a run: it is made for a number of epochs, or lowers the rate at set ones. The trainer warns where the run has
/// another length than the plan, and its early stopping does not count epochs before the last decay begins. One that can take its length
/// from the run is an <see cref="IRunLengthSchedule"/>.
/// </summary>
public interface IPlannedSchedule : ILearningRateSchedule
{
    /// <summary>The epochs of the run that it is made for, at least 1; <see langword="null"/> if it has no end.</summary>
    int? TotalEpochs { get; }

    /// <summary>
    /// The epoch, counted from 0 and not necessarily whole, at which the rate begins its last decay; 0 when it decays from the start.
    /// </summary>
    double LastDecay { get; }
}
