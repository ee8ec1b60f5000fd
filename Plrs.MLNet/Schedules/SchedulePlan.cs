using System.Globalization;

namespace Plrs.MLNet.Schedules;

/// <summary>What a run makes of its schedule's plan, where it has one: see <see cref="IPlannedSchedule"/>.</summary>
internal static class SchedulePlan
{
    /// <summary>Whether the rate depends on how far the run has come, beyond a warm-up.</summary>
    public static bool HasPlan(this ILearningRateSchedule schedule) =>
        schedule is IPlannedSchedule plan && (plan.TotalEpochs is not null || plan.LastDecay > 0);

    /// <summary>The first epoch that is wholly in the last decay, or past it; 0 without a plan.</summary>
    public static int LastDecayEpoch(this ILearningRateSchedule schedule) =>
        schedule is IPlannedSchedule plan ? (int)Math.Clamp(Math.Ceiling(plan.LastDecay), 0, int.MaxValue) : 0;

    /// <summary>
    /// Says where a run has another length than its schedule's plan, with both lengths; <see langword="null"/> where all is well.
    /// </summary>
    public static string? Mismatch(this ILearningRateSchedule schedule, int epochs, int stepsPerEpoch)
    {
        if (schedule is not IPlannedSchedule plan)
        {
            return null;
        }

        var decays = plan.LastDecay < epochs;
        var neverDecays = string.Create(CultureInfo.InvariantCulture, $"Its last decay, at epoch {plan.LastDecay}, is never reached.");
        return plan.TotalEpochs switch
        {
            { } total when total < epochs => Describe(total, $"At epoch {total}, where it ends, it gives the learning rate {Rate(total)}."),
            { } total when total > epochs =>
                Describe(total, $"The last epoch begins with the learning rate {Rate(epochs - 1)}.") + (decays ? "" : $" {neverDecays}"),
            null when !decays => $"The schedule {schedule} does not fit the run, whose Epoch is {epochs}. {neverDecays}",
            _ => null,
        };

        string Describe(int total, string rate) =>
            $"The schedule {schedule} is made for a run of {total} {(total == 1 ? "epoch" : "epochs")}, but Epoch is {epochs}. {rate}";

        string Rate(int epoch) =>
            schedule.GetCheckedLearningRate(new TrainingStep((long)epoch * stepsPerEpoch, stepsPerEpoch)).ToString(
                "G6", CultureInfo.InvariantCulture);
    }
}
