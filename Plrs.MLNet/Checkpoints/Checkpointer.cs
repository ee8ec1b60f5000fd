using System.Globalization;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Files;
using Plrs.MLNet.Training;
using Options = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Checkpoints;

/// <summary>Writes one run's checkpoints when they are due, and continues the run from one.</summary>
internal sealed class Checkpointer(IHost host, Options options, CheckpointStore? store, RunFingerprint run, TimeProvider time)
{
    private long _lastAttempt = time.GetTimestamp();
    private (long Steps, int Epoch)? _saved;

    /// <summary>The last good checkpoint, or <see langword="null"/>.</summary>
    public string? LastPath { get; private set; }

    /// <summary>Continues from where <see cref="Options.ResumeFrom"/> says, if it says so.</summary>
    /// <exception cref="InvalidOperationException">There is no checkpoint to use, or it is of another run.</exception>
    /// <exception cref="FormatException">The checkpoint asked for by name is none, or damaged.</exception>
    public void Resume(TrainingState state)
    {
        if (options.ResumeFrom is not { } source)
        {
            return;
        }

        using var channel = host.Start("Checkpoints");
        if (source.Path is { } path)
        {
            if (Refusal(path, state, channel) is { } refusal)
            {
                throw refusal;
            }
        }
        else
        {
            ResumeFromNewest(state, channel);
        }
    }

    /// <summary>Called after each step.</summary>
    public void AfterStep(TrainingState state)
    {
        if (options.CheckpointInterval is { } interval && time.GetElapsedTime(_lastAttempt) >= interval)
        {
            Save(state);
        }
    }

    /// <summary>Called after each epoch.</summary>
    public void AfterEpoch(TrainingState state)
    {
        if (options.CheckpointEveryEpochs is { } epochs && state.Epoch % epochs == 0)
        {
            Save(state);
        }
    }

    /// <summary>
    /// Writes a checkpoint, if checkpoints are on and there is anything new. A failure goes to the log: hours of training are worth
    /// more than a checkpoint.
    /// </summary>
    public void Save(TrainingState state)
    {
        if (!options.WritesCheckpoints || state.Steps == 0 || _saved == (state.Steps, state.Epoch))
        {
            return;
        }

        using var channel = host.Start("Checkpoints");
        if (!state.IsFinite())
        {
            channel.Warning($"No checkpoint is written after step {state.Steps}: the weights are not all finite.");
        }
        else
        {
            try
            {
                LastPath = store!.Write(run.Id, state.Steps, options.CheckpointsKept, writer => Write(writer, state));
                _saved = (state.Steps, state.Epoch);
                channel.Info($"Checkpoint after {state.Steps} steps: '{LastPath}'.");
            }
            catch (Exception e) when (FileFailure.Is(e))
            {
                channel.Warning($"The checkpoint after {state.Steps} steps could not be written to '{store!.Folder}': {e.Message} Training goes on.");
            }
        }

        _lastAttempt = time.GetTimestamp();
    }

    private void ResumeFromNewest(TrainingState state, IChannel channel)
    {
        var files = store!.Files();
        foreach (var file in files)
        {
            if (Refusal(file.Path, state, channel) is not { } refusal)
            {
                return;
            }

            channel.Warning($"Passed over: {refusal.Message}");
        }

        if (files.Any(file => file.Run == run.Id))
        {
            throw new InvalidOperationException(
                $"None of this run's checkpoints in '{store.Folder}' can be used; the log says why. Remove them to start from the beginning.");
        }

        channel.Info($"There is no checkpoint of this run in '{store.Folder}': training starts from the beginning.");
    }

    /// <summary>Goes on from a checkpoint, or says why not.</summary>
    private Exception? Refusal(string path, TrainingState state, IChannel channel)
    {
        try
        {
            CheckpointFile.Read(path, reader => Read(reader, state, channel));
            LastPath = path;
            _saved = (state.Steps, state.Epoch);
            channel.Info($"Resumed from '{path}': {state.Steps} steps and {state.Epoch} epochs are done.");
            return null;
        }
        catch (FormatException e)
        {
            return new FormatException($"The checkpoint '{path}' is refused: {e.Message}.", e);
        }
        catch (OtherRunException e)
        {
            return new InvalidOperationException($"The checkpoint '{path}' is refused: {e.Message}.", e);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            return new InvalidOperationException($"The checkpoint '{path}' cannot be read: {e.Message}", e);
        }
    }

    private void Write(BinaryWriter writer, TrainingState state)
    {
        run.Write(writer);
        writer.Write(state.Steps);
        writer.Write(state.LearningRate(state.Steps - 1));
        state.Write(writer);
    }

    private void Read(BinaryReader reader, TrainingState state, IChannel channel)
    {
        var earlier = RunFingerprint.Read(reader);
        if (run.SettingsChangedSince(earlier).ToArray() is { Length: > 0 } changes)
        {
            throw new OtherRunException($"it is of a run with other settings or data: {string.Join("; ", changes)}");
        }

        var steps = reader.ReadInt64();
        var stepsPerEpoch = state.Scheduler.StepsPerEpoch;
        if (steps < 1)
        {
            throw new FormatException($"it claims to be after {steps} steps");
        }

        if (steps > (long)options.Epoch * stepsPerEpoch)
        {
            throw new OtherRunException($"it is after {steps} steps, but Epoch is {options.Epoch}, which makes only {(long)options.Epoch * stepsPerEpoch}");
        }

        // A schedule of the user's own may say nothing of its parameters.
        var was = reader.ReadDouble();
        var rate = state.LearningRate(steps - 1);
        if (!was.Equals(rate))
        {
            throw new OtherRunException(string.Create(
                CultureInfo.InvariantCulture, $"the schedule gave the learning rate {was} for step {steps - 1} and now gives {rate}"));
        }

        state.Read(reader, steps);
        if (run.MachineChangedSince(earlier).ToArray() is { Length: > 0 } others)
        {
            channel.Warning($"The results will not be equal to the last bit to those of an uninterrupted run: {string.Join("; ", others)}.");
        }
    }

    /// <summary>A good checkpoint, but of another run.</summary>
    private sealed class OtherRunException(string message) : Exception(message);
}
