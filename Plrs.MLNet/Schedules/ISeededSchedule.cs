namespace Plrs.MLNet.Schedules;

/// <summary>A schedule that draws random numbers. Without a seed of its own, it gets that of the trainer it is given to.</summary>
public interface ISeededSchedule : ILearningRateSchedule
{
    /// <summary>
    /// The seed of the draws, or <see langword="null"/> when none was given; the draws are then those of seed 0 until a trainer supplies
    /// its own.
    /// </summary>
    int? Seed { get; }

    /// <summary>The same schedule with another seed; this one is unchanged.</summary>
    /// <param name="seed">The seed of the draws.</param>
    /// <returns>The schedule that draws with <paramref name="seed"/>.</returns>
    ILearningRateSchedule WithSeed(int seed);
}
