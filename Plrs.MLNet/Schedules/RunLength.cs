namespace Plrs.MLNet.Schedules;

/// <summary>The length of the run, for schedules that take theirs from it: see <see cref="IRunLengthSchedule"/>.</summary>
internal static class RunLength
{
    /// <summary>Whether a schedule still has to be told the length of the run.</summary>
    public static bool TakesLengthOfRun(this ILearningRateSchedule? schedule) => schedule is IRunLengthSchedule { TakesLengthOfRun: true };

    /// <summary>Gives a schedule that takes its length from the run this one; any other schedule is returned as it is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The run is too short for the schedule.</exception>
    public static ILearningRateSchedule WithLengthOfRun(this ILearningRateSchedule schedule, int totalEpochs) =>
        schedule is IRunLengthSchedule { TakesLengthOfRun: true } open ? open.WithTotalEpochs(totalEpochs) : schedule;

    /// <summary>Refuses, before training, a schedule that would have no rates.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="name">The argument that it is.</param>
    /// <param name="elsewhere">Where else the number of epochs may be given, or <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">It takes its length from the run, which is not known.</exception>
    public static ILearningRateSchedule OfKnownLength(this ILearningRateSchedule schedule, string name, string? elsewhere = null) =>
        schedule.TakesLengthOfRun() ? throw new ArgumentException(Unknown(schedule, elsewhere), name) : schedule;

    /// <summary>The epochs of the run, for the rate of a step.</summary>
    /// <exception cref="InvalidOperationException">They are not known.</exception>
    public static int Of(ILearningRateSchedule schedule, int? totalEpochs) =>
        totalEpochs ?? throw new InvalidOperationException(Unknown(schedule, null));

    private static string Unknown(ILearningRateSchedule schedule, string? elsewhere) =>
        $"The schedule {schedule} takes its length from the run, which is not known here: " +
        $"make it with totalEpochs{(elsewhere is null ? "" : $", or give {elsewhere}")}.";
}
