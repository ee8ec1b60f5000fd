namespace Plrs.MLNet.Training;

/// <summary>
/// Acts on what a training session announces, on the training thread. Each call does nothing here, so an observer says only what it acts
/// on. What it throws ends the session.
/// </summary>
/// <remarks>
/// An observer whose state belongs in a checkpoint gives it a name. It comes before those that run a user's code: when that code throws,
/// every state is that after the same step, and a checkpoint of it is good.
/// </remarks>
internal abstract class TrainingObserver : IDisposable
{
    /// <summary>
    /// The name of the state that a checkpoint has to hold; <see langword="null"/> without one. It is unique in a session.
    /// </summary>
    public virtual string? StateName => null;

    /// <summary>Whether a checkpoint may be without the state: those of version 1.0.0 are, of what came later.</summary>
    public virtual bool IsStateOptional => false;

    /// <summary>Writes the state.</summary>
    public virtual void WriteState(BinaryWriter writer)
    {
    }

    /// <summary>Goes on from a state that one with the same settings wrote.</summary>
    /// <exception cref="FormatException">The state is of another session, or damaged.</exception>
    /// <exception cref="EndOfStreamException">The data ends too early.</exception>
    public virtual void ReadState(BinaryReader reader)
    {
    }

    public virtual void OnStarting(SessionStarting starting)
    {
    }

    public virtual void OnResumed(SessionResumed resumed)
    {
    }

    public virtual void OnEpochStarting(EpochStarting starting)
    {
    }

    public virtual void OnBatchStarting(in BatchStarting starting)
    {
    }

    public virtual void OnStepDone(in StepDone done)
    {
    }

    public virtual void OnStepRead(in StepRead read)
    {
    }

    public virtual void OnEpochTrained(EpochTrained trained)
    {
    }

    public virtual void OnEpochDone(EpochDone done)
    {
    }

    public virtual void OnStopped(SessionStopped stopped)
    {
    }

    public virtual void OnDiverged(SessionDiverged diverged)
    {
    }

    public virtual void OnCompleting(SessionCompleting completing)
    {
    }

    public virtual void OnCompleted(SessionCompleted completed)
    {
    }

    public virtual void OnFailed(SessionFailed failed)
    {
    }

    /// <summary>Called when the session is disposed of.</summary>
    public virtual void Dispose()
    {
    }
}
