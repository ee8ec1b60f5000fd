namespace Plrs.MLNet.Training;

/// <summary>When a run is to end early with what it has learnt: the options' token and time budget.</summary>
internal sealed class StopCondition(TimeSpan? budget, TimeProvider time, CancellationToken token)
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly long _start = time.GetTimestamp();

    private StopCause OutOfTime => new(StopReason.TimeBudget, $"the time budget of {budget} is used up");

    /// <summary>Why to stop now, or <see langword="null"/> to go on. Once there is a cause, it stays.</summary>
    public StopCause? Cause =>
        token.IsCancellationRequested ? new StopCause(StopReason.StopToken, "the stop token was cancelled")
        : budget is { } limit && time.GetElapsedTime(_start) >= limit
            ? OutOfTime
            : null;

    /// <summary>The error of a run that has not come to its first step, if it is to stop.</summary>
    public TrainingStoppedException? NoModelYet() => Cause is { } cause ? new TrainingStoppedException(cause) : null;

    /// <summary>Waits, before the first step, for something that takes long and can be stopped at any time, such as a download.</summary>
    /// <param name="wait">What ends with an <see cref="OperationCanceledException"/> when its token is cancelled.</param>
    /// <exception cref="TrainingStoppedException">It was to stop.</exception>
    public T Wait<T>(Func<CancellationToken, T> wait)
    {
        var left = budget - time.GetElapsedTime(_start);
        using var timer = left is null || left > LongestTimer
            ? new CancellationTokenSource()
            : new CancellationTokenSource(left < TimeSpan.Zero ? TimeSpan.Zero : left.Value, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, timer.Token);
        try
        {
            return wait(either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // A timer may be a little early.
            throw NoModelYet() ?? new TrainingStoppedException(OutOfTime);
        }
    }
}
