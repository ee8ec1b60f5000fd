using System.Globalization;

namespace Plrs.MLNet.Schedules;

/// <summary>What the trainers and the backends' schedulers need of a schedule, whoever wrote it.</summary>
internal static class ScheduleExtensions
{
    /// <summary>Gives a schedule that draws without a seed of its own this one; any other schedule is returned as it is.</summary>
    public static ILearningRateSchedule WithDefaultSeed(this ILearningRateSchedule schedule, int seed) =>
        schedule is ISeededSchedule { Seed: null } unseeded ? unseeded.WithSeed(seed) : schedule;

    /// <summary>
    /// The rate of a step, held to the promise of <see cref="ILearningRateSchedule.GetLearningRate"/>: a user's own schedule may break it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The rate is negative, infinite in single precision, or not a number.</exception>
    public static double GetCheckedLearningRate(this ILearningRateSchedule schedule, TrainingStep step)
    {
        var rate = schedule.GetLearningRate(step);
        return rate is >= 0 and <= float.MaxValue ? rate : throw BadRate(schedule, step, rate);
    }

    /// <summary>The highest rate that a schedule may give for a step: L_max where it, or its envelope, draws.</summary>
    public static double LargestLearningRate(this ILearningRateSchedule schedule, TrainingStep step) => schedule switch
    {
        PlrsSchedule plrs => plrs.MaximumLearningRate * (plrs.Envelope?.LargestLearningRate(step) ?? 1),
        WarmUpSchedule warmUp => warmUp.Inner.LargestLearningRate(step) * warmUp.ShareAt(step),
        _ => schedule.GetCheckedLearningRate(step),
    };

    private static InvalidOperationException BadRate(ILearningRateSchedule schedule, TrainingStep step, double rate) =>
        new(string.Create(
            CultureInfo.InvariantCulture,
            $"The schedule {schedule} gave the learning rate {rate} for step {step.Index} (epoch {step.Epoch}); " +
            $"a learning rate must be at least 0 and finite in single precision."));
}
