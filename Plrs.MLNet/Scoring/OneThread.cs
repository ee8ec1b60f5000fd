namespace Plrs.MLNet.Scoring;

/// <summary>
/// Notices that two threads are where one may be, and tells both: what the first one was doing may have been disturbed.
/// </summary>
internal sealed class OneThread
{
    private const int Free = 0;
    private const int Entered = 1;
    private const int Disturbed = 2;

    private int _state;

    /// <summary>Begins a use.</summary>
    /// <exception cref="InvalidOperationException">Another thread is there.</exception>
    public void Enter()
    {
        if (Interlocked.CompareExchange(ref _state, Entered, Free) != Free)
        {
            Interlocked.CompareExchange(ref _state, Disturbed, Entered);
            throw Several();
        }
    }

    /// <summary>Ends a use.</summary>
    /// <exception cref="InvalidOperationException">Another thread tried to be there meanwhile.</exception>
    public void Leave()
    {
        if (Interlocked.Exchange(ref _state, Free) == Disturbed)
        {
            throw Several();
        }
    }

    private static InvalidOperationException Several() => new(
        "Two threads use the same prediction engine, or the same row of scored data, at the same time, and it serves one. " +
        "Give each thread an engine of its own, with new PredictionEngineOptions { OwnsTransformer = false }, or take it from a pool.");
}
