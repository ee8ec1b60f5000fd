namespace Plrs.MLNet.Training;

/// <summary>When a run is to end early with what it has learnt: the options' token and time budget.</summary>
internal sealed class StopCondition(TimeSpan? budget, TimeProvider time, CancellationToken token)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Why to stop now, or <see langword="null"/> to go on. Once there is a cause, it stays.</summary>
    public StopCause? Cause =>
        token.IsCancellationRequested ? new StopCause(StopReason.StopToken, "the stop token was cancelled")
        : budget is { } limit && time.GetElapsedTime(_start) >= limit
            ? new StopCause(StopReason.TimeBudget, $"the time budget of {limit} is used up")
            : null;

    /// <summary>The error of a run that has not come to its first step, if it is to stop.</summary>
    public TrainingStoppedException? NoModelYet() => Cause is { } cause ? new TrainingStoppedException(cause) : null;
}
