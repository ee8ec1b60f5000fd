using Microsoft.ML.Trainers;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.TensorFlow;

/// <summary>
/// Runs any learning-rate schedule in ML.NET's TensorFlow-backed <c>ImageClassificationTrainer</c>, which asks it once for each
/// training batch: <c>Options.LearningRateScheduler = new ScheduleLearningRateScheduler(schedule)</c>.
/// </summary>
/// <remarks>
/// <para>
/// Steps are numbered 0, 1, 2, … without gap or repetition. ML.NET tells the number of whole batches in an epoch, so whether a partial
/// one follows is known only when the first epoch is over. That one number, the batches of the first epoch, is all the state kept
/// here. Until then the epoch is taken to end with a partial batch, as it does unless the batch size divides the number of examples:
/// only then do schedules that look at <see cref="TrainingStep.EpochPosition"/> see a first epoch that is one step too long. Step numbers,
/// and with them PLRS, are exact from the first step.
/// </para>
/// <para>
/// Each run starts with its own epoch 0, so one object serves any number of runs one after the other, as in cross-validation. Trainers that
/// run at the same time need one each.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var options = new ImageClassificationTrainer.Options
/// {
///     FeatureColumnName = "Image",
///     LearningRateScheduler = new ScheduleLearningRateScheduler(new CosineWarmRestartsSchedule(0.0001, 0.01)),
/// };
/// </code>
/// </example>
public sealed class ScheduleLearningRateScheduler : LearningRateScheduler
{
    private int _batchesInFirstEpoch;

    /// <summary>Runs a schedule.</summary>
    /// <param name="schedule">The schedule; one that draws without a seed of its own draws as with seed 0.</param>
    /// <exception cref="ArgumentNullException"><paramref name="schedule"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// It takes its length from the run, which ML.NET does not tell here; with <c>UseSchedule</c> on the trainer or its options it does.
    /// </exception>
    public ScheduleLearningRateScheduler(ILearningRateSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        Schedule = schedule.OfKnownLength(nameof(schedule), "it by UseSchedule to a trainer or to options that have an Epoch");
    }

    /// <summary>The schedule that gives the rates.</summary>
    public ILearningRateSchedule Schedule { get; }

    /// <summary>The learning rate of the next training batch; called by ML.NET.</summary>
    /// <param name="options">Where ML.NET's training is.</param>
    /// <returns>The schedule's rate, in single precision.</returns>
    /// <exception cref="InvalidOperationException">The schedule gave a rate that is negative or not finite.</exception>
    public override float GetLearningRate(DnnTrainState options) => (float)Schedule.GetCheckedLearningRate(StepAt(options));

    private TrainingStep StepAt(DnnTrainState state)
    {
        if (state.CurrentEpoch == 0)
        {
            _batchesInFirstEpoch = state.CurrentBatchIndex + 1;
        }

        var stepsPerEpoch = state.CurrentEpoch == 0 ? state.BatchesPerEpoch + 1 : _batchesInFirstEpoch;
        var index = ((long)state.CurrentEpoch * stepsPerEpoch) + state.CurrentBatchIndex;
        return new TrainingStep(index, stepsPerEpoch);
    }
}
