namespace Plrs.MLNet.Training;

/// <summary>When a run is to end early with what it has learnt: <c>StopToken</c> and <c>TimeBudget</c>.</summary>
internal sealed class StopCondition(TimeSpan? budget, TimeProvider time, CancellationToken token)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Why to stop now, or <see langword="null"/> to go on. Once there is a reason, it stays.</summary>
    public string? Reason =>
        token.IsCancellationRequested ? "StopToken asked to stop"
        : budget is { } limit && time.GetElapsedTime(_start) >= limit ? $"the TimeBudget of {limit} is used up"
        : null;

    /// <summary>The error of a run that has not come to its first step, if it is to stop.</summary>
    public TrainingStoppedException? NoModelYet() => Reason is { } reason ? new TrainingStoppedException(reason) : null;
}
