namespace Plrs.MLNet.Schedules;

/// <summary>
/// PLRS whose bounds are still to be found, by a range test when training starts. Until then it has no rates. It says already that rates
/// are drawn, and by which seed.
/// </summary>
internal sealed record UnboundedPlrs(int? Seed = null) : ISeededSchedule
{
    public double GetLearningRate(TrainingStep step) => throw new InvalidOperationException(
        "PLRS has no bounds yet: the trainer finds them by a range test, and nobody else does. " +
        "Give them: UsePlrs(minimumLearningRate, maximumLearningRate).");

    public ILearningRateSchedule WithSeed(int seed) => this with { Seed = seed };

    /// <summary>Refuses a schedule without bounds for a trainer that finds none.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="taker">What the schedule is for, by name.</param>
    /// <exception cref="NotSupportedException">It has no bounds.</exception>
    public static void Refuse(ILearningRateSchedule schedule, string taker)
    {
        if (schedule is UnboundedPlrs)
        {
            throw new NotSupportedException(
                $"{taker} cannot find the bounds of PLRS by a range test; only this library's TorchImageClassification can. " +
                "Give them: UsePlrs(minimumLearningRate, maximumLearningRate).");
        }
    }

    public override string ToString() => "PLRS with bounds from a range test";
}
