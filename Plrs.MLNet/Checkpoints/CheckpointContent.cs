using System.Globalization;
using Plrs.MLNet.Files;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Checkpoints;

/// <summary>What a checkpoint holds: which run it is of, how far that was, and the session's state.</summary>
internal static class CheckpointContent
{
    private const string DifferOnPurpose = "Where that is on purpose, ask for the checkpoint by CheckpointSource.File(path, scheduleMayDiffer: true)";

    /// <summary>The files. Versions 1, with states by the order of the parameters, and 2, without figures of gradients, were not released.</summary>
    public static readonly CheckedFile File = new("PLRSCKPT", version: 3, "checkpoint");

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
    public static (IReadOnlyList<string> Machine, string? Schedule) Read(BinaryReader reader, RunFingerprint run, TrainingSession session, bool scheduleMayDiffer)
    {
        var earlier = RunFingerprint.Read(reader);
        var scheduleChange = ScheduleChange(run, earlier, out var changes, out var isAlone);
        if (changes.Count > 0 && !(scheduleMayDiffer && isAlone))
        {
            var hint = isAlone ? $". {DifferOnPurpose}" : "";
            throw new OtherRunException($"it is of a run with other settings or data: {string.Join("; ", changes)}{hint}");
        }

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
            var rates = string.Create(CultureInfo.InvariantCulture, $"the schedule gave the learning rate {was} for step {steps - 1} and now gives {rate}");
            if (!scheduleMayDiffer)
            {
                throw new OtherRunException($"{rates}. {DifferOnPurpose}");
            }

            scheduleChange ??= rates;
        }

        session.Read(reader, steps);
        return ([.. run.MachineChangedSince(earlier)], scheduleChange);
    }

    /// <summary>How a run's schedule differs from that of a checkpoint that is of the same run but for it; <see langword="null"/> for any other checkpoint, and no checkpoint.</summary>
    public static string? ScheduleChangeAlone(string path, RunFingerprint run)
    {
        try
        {
            string? change = null;
            File.ReadBeginning(path, reader =>
            {
                var scheduleChange = ScheduleChange(run, RunFingerprint.Read(reader), out _, out var isAlone);
                change = isAlone ? scheduleChange : null;
            });
            return change;
        }
        catch (Exception e) when (e is FormatException || FileFailure.Is(e))
        {
            return null;
        }
    }

    private static string? ScheduleChange(RunFingerprint run, RunFingerprint earlier, out IReadOnlyList<string> changes, out bool isAlone)
    {
        var differences = run.SettingsChangedSince(earlier).ToArray();
        string[] ofSchedule = [.. from difference in differences where difference.Name is RunFingerprint.Schedule or RunFingerprint.WeightAveraging select difference.Words];
        changes = [.. differences.Select(difference => difference.Words)];
        isAlone = ofSchedule.Length > 0 && ofSchedule.Length == differences.Length;
        return ofSchedule.Length > 0 ? string.Join("; ", ofSchedule) : null;
    }
}

/// <summary>A good checkpoint, but of another run.</summary>
internal sealed class OtherRunException(string message) : Exception(message);
