namespace Plrs.MLNet.Schedules;

/// <summary>
/// A learning-rate schedule: a pure function of the training step. It keeps no position, so any step's rate can be asked
/// for in any order, from any thread, on either backend, and a resumed run sees the rates it would have seen.
/// </summary>
public interface ILearningRateSchedule
{
    /// <summary>The learning rate to use for one optimizer update.</summary>
    /// <param name="step">The update's position in the run.</param>
    /// <returns>The rate: finite and not negative. Equal steps give equal rates.</returns>
    double GetLearningRate(TrainingStep step);
}
