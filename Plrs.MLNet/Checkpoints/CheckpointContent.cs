using System.Globalization;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Checkpoints;

/// <summary>What a checkpoint holds: which run it is of, how far that was, and the session's state.</summary>
internal static class CheckpointContent
{
    public static void Write(BinaryWriter writer, RunFingerprint run, TrainingSession session)
    {
        var steps = session.State.Steps;
        run.Write(writer);
        writer.Write(steps);
        writer.Write(session.State.LearningRate(steps - 1));
        session.Write(writer);
    }

    /// <summary>Sets a session to where the checkpoint was written.</summary>
    /// <returns>The properties of the machine that were others then, in words.</returns>
    /// <exception cref="OtherRunException">It is of another run.</exception>
    /// <exception cref="FormatException">It is damaged.</exception>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    public static IReadOnlyList<string> Read(BinaryReader reader, RunFingerprint run, TrainingSession session)
    {
        var earlier = RunFingerprint.Read(reader);
        if (run.SettingsChangedSince(earlier).ToArray() is { Length: > 0 } changes)
        {
            throw new OtherRunException($"it is of a run with other settings or data: {string.Join("; ", changes)}");
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
            throw new OtherRunException(string.Create(
                CultureInfo.InvariantCulture, $"the schedule gave the learning rate {was} for step {steps - 1} and now gives {rate}"));
        }

        session.Read(reader, steps);
        return [.. run.MachineChangedSince(earlier)];
    }
}

/// <summary>A good checkpoint, but of another run.</summary>
internal sealed class OtherRunException(string message) : Exception(message);
