using Microsoft.ML.Runtime;
using Plrs.MLNet.Common;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Checkpoints;

/// <summary>
/// Writes one run's checkpoints when they are due, and sets a session that starts to where one was written. It comes after all observers
/// that keep a state.
/// </summary>
/// <param name="host">For the log.</param>
/// <param name="settings">What to do when.</param>
/// <param name="store">The run's folder, or <see langword="null"/> where nothing is written to it or looked for in it.</param>
/// <param name="run">The run.</param>
/// <param name="told">The user's observers.</param>
/// <param name="time">The clock.</param>
internal sealed class CheckpointObserver(
    IHost host,
    CheckpointOptions settings,
    CheckpointStore? store,
    RunFingerprint run,
    IReadOnlyList<ITrainingObserver> told,
    TimeProvider time) : TrainingObserver
{
    private long _lastAttempt = time.GetTimestamp();
    private (long Steps, int Epoch)? _saved;
    private string? _lastPath;

    /// <exception cref="InvalidOperationException">There is no checkpoint to use, or it is of another run.</exception>
    /// <exception cref="FormatException">The checkpoint asked for by name is none, or damaged.</exception>
    public override void OnStarting(SessionStarting starting)
    {
        store?.RemoveAbandoned();
        if (settings.ResumeFrom is not { } source)
        {
            return;
        }

        using var channel = host.Start("Checkpoints");
        if (source.Path is not { } path)
        {
            ResumeFromNewest(starting.Session, channel);
        }
        else if (Refusal(path, starting.Session, channel, source.ScheduleMayDiffer) is { } refusal)
        {
            throw refusal;
        }

        if (_lastPath is { } resumed)
        {
            Tell(observer => observer.OnResumed(Described(resumed, starting.Session.State)));
        }
    }

    public override void OnStepDone(in StepDone done)
    {
        if (settings.Interval is { } interval && time.GetElapsedTime(_lastAttempt) >= interval)
        {
            Save(done.Session);
        }
    }

    public override void OnEpochDone(EpochDone done)
    {
        if (settings.EveryEpochs is { } epochs && done.Session.State.Epoch % epochs == 0)
        {
            Save(done.Session);
        }
    }

    public override void OnStopped(SessionStopped stopped) => Save(stopped.Session);

    public override void OnFailed(SessionFailed failed)
    {
        if (failed.Session.State.IsWhole)
        {
            Save(failed.Session, isLast: true);
        }

        if (_lastPath is not null)
        {
            failed.Add($"The last good checkpoint is '{_lastPath}'.");
        }
    }

    /// <summary>
    /// Writes a checkpoint, if checkpoints are on and there is anything new. A failure goes to the log: hours of training are worth
    /// more than a checkpoint, and what ended a session more than what went wrong after it.
    /// </summary>
    private void Save(TrainingSession session, bool isLast = false)
    {
        var state = session.State;
        if (!settings.Writes || state.Steps == 0 || _saved == (state.Steps, state.Epoch))
        {
            return;
        }

        using var channel = host.Start("Checkpoints");
        var isWritten = false;
        try
        {
            if (!state.IsFinite())
            {
                channel.Warning($"No checkpoint is written after step {state.Steps}: the weights are not all finite.");
            }
            else
            {
                _lastPath = store!.Write(state.Steps, settings.Kept, writer => CheckpointContent.Write(writer, run, session));
                _saved = (state.Steps, state.Epoch);
                isWritten = true;
                channel.Info($"Checkpoint after {Quantity.Of(state.Steps, "step")}: '{_lastPath}'.");
            }
        }
        catch (Exception e) when (isLast || FileFailure.Is(e))
        {
            channel.Warning(
                $"The checkpoint after {Quantity.Of(state.Steps, "step")} could not be written to '{store!.Folder}': " +
                $"{Sentence.Of(e.Message)}{(isLast ? "" : " Training goes on.")}");
        }

        _lastAttempt = time.GetTimestamp();
        if (isWritten)
        {
            Tell(observer =>
            {
                try
                {
                    observer.OnCheckpoint(Described(_lastPath!, state));
                }
                catch (Exception e) when (isLast)
                {
                    channel.Warning($"The observer {observer.GetType().Name} threw in OnCheckpoint: {e.Message}");
                }
            });
        }
    }

    private void Tell(Action<ITrainingObserver> tell)
    {
        foreach (var observer in told)
        {
            tell(observer);
        }
    }

    private static TrainingCheckpoint Described(string path, TrainingState state) =>
        new() { Path = path, Steps = state.Steps, Epochs = state.Epoch };

    private void ResumeFromNewest(TrainingSession session, IChannel channel)
    {
        var files = store!.Files();
        foreach (var file in files)
        {
            if (Refusal(file.Path, session, channel) is not { } refusal)
            {
                return;
            }

            channel.Warning($"Passed over: {refusal.Message}");
        }

        if (files.Count > 0)
        {
            throw new InvalidOperationException(
                $"None of this run's checkpoints in '{store.Folder}' can be used; the log says why. " +
                "Remove them to start from the beginning.");
        }

        var beginning = $"There is no checkpoint of this run in '{store.Folder}': training starts from the beginning.";
        var others = (from path in store.OtherRuns()
                      let differences = CheckpointContent.Differences(path, run)
                      where differences is { Count: > 0 }
                      orderby differences.Count
                      select (Path: path, Differences: differences)).ToList();
        if (others.Count == 0)
        {
            channel.Info(beginning);
            return;
        }

        var (nearest, settingsOfNearest) = others[0];
        var hint = CheckpointContent.IsOfSchedule(settingsOfNearest)
            ? " Whether to resume from it is yours to decide: CheckpointSource.File(path, scheduleMayDiffer: true) does."
            : "";
        channel.Warning(
            $"{beginning} The workspace has checkpoints of {Quantity.Of(others.Count, "run")} with other settings or data. " +
            $"The nearest is '{nearest}': {string.Join("; ", settingsOfNearest.Select(difference => difference.Words))}.{hint}");
    }

    /// <summary>Goes on from a checkpoint, or says why not.</summary>
    private Exception? Refusal(string path, TrainingSession session, IChannel channel, bool scheduleMayDiffer = false)
    {
        try
        {
            (IReadOnlyList<string> Machine, string? Schedule) changes = ([], null);
            CheckpointContent.File.Read(path, reader => changes = CheckpointContent.Read(reader, run, session, scheduleMayDiffer));
            _lastPath = path;
            _saved = (session.State.Steps, session.State.Epoch);
            channel.Info(
                $"Resumed from '{path}': " +
                $"{Quantity.Of(session.State.Steps, "step")} and {Quantity.Of(session.State.Epoch, "epoch")} are done.");
            if (changes.Schedule is not null)
            {
                channel.Warning($"It goes on with another schedule, as asked to: {changes.Schedule}.");
            }

            if (changes.Machine.Count > 0)
            {
                channel.Warning(
                    "The results will not be equal to the last bit to those of an uninterrupted run: " +
                    $"{string.Join("; ", changes.Machine)}.");
            }

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
            return new InvalidOperationException($"The checkpoint '{path}' cannot be read: {Sentence.Of(e.Message)}", e);
        }
    }
}
