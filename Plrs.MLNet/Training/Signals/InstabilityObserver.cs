using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Training;

/// <summary>
/// Hands the figures of the steps to a monitor as they are read. It is there also without a monitor, to let go of the state of one that a
/// checkpoint has.
/// </summary>
/// <param name="monitor">The monitor, or <see langword="null"/> where nothing is watched.</param>
internal sealed class InstabilityObserver(InstabilityMonitor? monitor) : TrainingObserver
{
    public override string StateName => "Instability";

    public override void WriteState(BinaryWriter writer)
    {
        writer.Write(monitor is not null);
        monitor?.Write(writer);
    }

    public override void ReadState(BinaryReader reader)
    {
        if (reader.ReadBoolean())
        {
            (monitor ?? new InstabilityMonitor(classCount: 0)).Read(reader);
        }
    }

    public override void OnEpochStarting(EpochStarting starting)
    {
        if (starting.Epoch > 0
            && starting.Session.State.StepInEpoch == 0
            && starting.Session.State.Groups.Any(group => group.Plan.FirstEpoch == starting.Epoch))
        {
            monitor?.RestartGradients();
        }
    }

    public override void OnStepRead(in StepRead read)
    {
        // The schedule is asked at the steps where it matters.
        var largestRate = float.IsNaN(read.Figures.Smoothness) ? double.NaN : LargestRate(read.Session.Settings, read.Step);
        monitor?.Add(read.Step, largestRate, read.Figures);
    }

    /// <summary>L_max; not a number for schedules and optimizers that the theorem is not about.</summary>
    private static double LargestRate(SessionSettings settings, TrainingStep step) =>
        settings is { Optimizer: SgdOptions { Momentum: 0 }, Schedule: ISeededSchedule { Seed: not null } }
            ? settings.Schedule.LargestLearningRate(step)
            : double.NaN;
}
