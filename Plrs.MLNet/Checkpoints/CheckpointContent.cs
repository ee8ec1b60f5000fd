using System.Globalization;
using Plrs.MLNet.Common;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Checkpoints;

/// <summary>What a checkpoint holds: which run it is of, how far that was, and the session's state.</summary>
internal static class CheckpointContent
{
    private const string DifferOnPurpose =
        "If that is on purpose, ask for the checkpoint by CheckpointSource.File(path, scheduleMayDiffer: true)";

    /// <summary>The files. Versions 1 to 3 were not released; 4 is that of 1.0.</summary>
    public static readonly CheckedFile File = new("PLRSCKPT", version: 4, "checkpoint");

    public static void Write(BinaryWriter writer, RunFingerprint run, TrainingSession session)
    {
        var steps = session.State.Steps;
        run.Write(writer);
        writer.Write(steps);
        writer.Write(session.State.LearningRate(steps - 1));
        session.Write(writer);
    }

    /// <summary>Sets a session to where the checkpoint was written.</summary>
    /// <param name="reader">The checkpoint.</param>
    /// <param name="run">The session's run.</param>
    /// <param name="session">The session.</param>
    /// <param name="scheduleMayDiffer">Whether the run may have another schedule.</param>
    /// <returns>What was different then and does not matter here, in words, and whether the schedule was.</returns>
    /// <exception cref="OtherRunException">It is of another run.</exception>
    /// <exception cref="FormatException">It is damaged.</exception>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    public static (IReadOnlyList<string> Machine, string? Schedule) Read(
        BinaryReader reader, RunFingerprint run, TrainingSession session, bool scheduleMayDiffer)
    {
        var earlier = RunFingerprint.Read(reader);
        (string Name, string Words)[] differences = [.. run.SettingsChangedSince(earlier)];
        var words = string.Join("; ", differences.Select(difference => difference.Words));
        if (differences.Length > 0 && !(scheduleMayDiffer && IsOfSchedule(differences)))
        {
            var hint = IsOfSchedule(differences) ? $". {DifferOnPurpose}" : "";
            throw new OtherRunException($"it is of a run with other settings or data: {words}{hint}");
        }

        var scheduleChange = differences.Length > 0 ? words : null;

        var steps = reader.ReadInt64();
        if (steps < 1)
        {
            throw new FormatException($"it claims to be after {steps} steps");
        }

        var epochs = session.Settings.Epochs;
        var allSteps = (long)epochs * session.State.StepsPerEpoch;
        if (steps > allSteps)
        {
            throw new OtherRunException($"it is after {steps} steps, but Epoch is {epochs}, which makes only {allSteps}");
        }

        // A schedule of the user's own may say nothing of its parameters.
        var was = reader.ReadDouble();
        var rate = session.State.LearningRate(steps - 1);
        if (!was.Equals(rate))
        {
            var rates = string.Create(
                CultureInfo.InvariantCulture, $"the schedule gave the learning rate {was} for step {steps - 1} and now gives {rate}");
            if (!scheduleMayDiffer)
            {
                throw new OtherRunException($"{rates}. {DifferOnPurpose}");
            }

            scheduleChange ??= rates;
        }

        session.Read(reader, steps);
        session.Observers.Tell(new SessionResumed(
            session, scheduleChange is not null, differences.Any(difference => difference.Name == RunFingerprint.WeightAveraging)));
        return ([.. run.MachineChangedSince(earlier)], scheduleChange);
    }

    /// <summary>How a run differs from that of a checkpoint; <see langword="null"/> if that cannot be read.</summary>
    public static IReadOnlyList<(string Name, string Words)>? Differences(string path, RunFingerprint run)
    {
        try
        {
            IReadOnlyList<(string Name, string Words)> differences = [];
            File.ReadBeginning(path, reader => differences = [.. run.SettingsChangedSince(RunFingerprint.Read(reader))]);
            return differences;
        }
        catch (Exception e) when (e is FormatException || FileFailure.Is(e))
        {
            return null;
        }
    }

    /// <summary>Whether runs differ in the schedule, and what follows from it, alone.</summary>
    public static bool IsOfSchedule(IReadOnlyList<(string Name, string Words)> differences) =>
        differences.Count > 0 && differences.All(difference => IsOfSchedule(difference.Name));

    // Which schedule trains the head follows from the run's.
    private static bool IsOfSchedule(string name) =>
        name is RunFingerprint.Schedule or RunFingerprint.HeadSchedule or RunFingerprint.WeightAveraging;
}

/// <summary>A good checkpoint, but of another run.</summary>
internal sealed class OtherRunException(string message) : Exception(message);
