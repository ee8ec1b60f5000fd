namespace Plrs.MLNet.Training;

/// <summary>
/// A session's observers, each of which is told everything, in their order. Telling of a batch or a step allocates nothing.
/// </summary>
internal sealed class TrainingObservers(IEnumerable<TrainingObserver> observers) : IDisposable
{
    private readonly TrainingObserver[] _all = [.. observers];

    public void Tell(SessionStarting starting)
    {
        foreach (var observer in _all)
        {
            observer.OnStarting(starting);
        }
    }

    public void Tell(SessionResumed resumed)
    {
        foreach (var observer in _all)
        {
            observer.OnResumed(resumed);
        }
    }

    public void Tell(EpochStarting starting)
    {
        foreach (var observer in _all)
        {
            observer.OnEpochStarting(starting);
        }
    }

    public void Tell(in BatchStarting starting)
    {
        foreach (var observer in _all)
        {
            observer.OnBatchStarting(starting);
        }
    }

    public void Tell(in StepDone done)
    {
        foreach (var observer in _all)
        {
            observer.OnStepDone(done);
        }
    }

    public void Tell(in StepRead read)
    {
        foreach (var observer in _all)
        {
            observer.OnStepRead(read);
        }
    }

    public void Tell(EpochTrained trained)
    {
        foreach (var observer in _all)
        {
            observer.OnEpochTrained(trained);
        }
    }

    public void Tell(EpochDone done)
    {
        foreach (var observer in _all)
        {
            observer.OnEpochDone(done);
        }
    }

    public void Tell(SessionStopped stopped)
    {
        foreach (var observer in _all)
        {
            observer.OnStopped(stopped);
        }
    }

    public void Tell(SessionDiverged diverged)
    {
        foreach (var observer in _all)
        {
            observer.OnDiverged(diverged);
        }
    }

    public void Tell(SessionCompleting completing)
    {
        foreach (var observer in _all)
        {
            observer.OnCompleting(completing);
        }
    }

    public void Tell(SessionCompleted completed)
    {
        foreach (var observer in _all)
        {
            observer.OnCompleted(completed);
        }
    }

    public void Tell(SessionFailed failed)
    {
        foreach (var observer in _all)
        {
            observer.OnFailed(failed);
        }
    }

    /// <summary>Writes the states: a count, then each one's name and content.</summary>
    public void WriteStates(BinaryWriter writer)
    {
        var keepers = Keepers();
        writer.Write(keepers.Count);
        foreach (var (name, observer) in keepers)
        {
            writer.Write(name);
            observer.WriteState(writer);
        }
    }

    /// <summary>Reads the states that observers with the same names wrote, in whatever order.</summary>
    /// <exception cref="FormatException">A state is missing, is of none of them, or is damaged.</exception>
    /// <exception cref="EndOfStreamException">The data ends too early.</exception>
    public void ReadStates(BinaryReader reader)
    {
        var keepers = Keepers();
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var name = reader.ReadString();
            if (!keepers.Remove(name, out var observer))
            {
                throw new FormatException($"it has a state of '{name}', which this run does not have");
            }

            observer.ReadState(reader);
        }

        if (keepers.FirstOrDefault(keeper => !keeper.Value.IsStateOptional) is { Key: { } missing })
        {
            throw new FormatException($"it has no state of '{missing}'");
        }
    }

    public void Dispose() => Array.ForEach(_all, observer => observer.Dispose());

    private Dictionary<string, TrainingObserver> Keepers() =>
        _all.Where(observer => observer.StateName is not null).ToDictionary(observer => observer.StateName!, StringComparer.Ordinal);
}
