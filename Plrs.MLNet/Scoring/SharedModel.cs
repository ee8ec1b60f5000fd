namespace Plrs.MLNet.Scoring;

/// <summary>
/// A model's native memory, which threads use while another may dispose of it: uses that run then end well, the memory is freed after the
/// last one, and uses that begin later are refused.
/// </summary>
/// <param name="free">Frees the memory.</param>
internal sealed class SharedModel(Action free) : IDisposable
{
    // The owner counts as a user until it disposes.
    private int _users = 1;
    private int _isDisposed;

    /// <summary>Begins a use.</summary>
    /// <exception cref="ObjectDisposedException">It has been disposed of.</exception>
    public void Enter()
    {
        var users = Volatile.Read(ref _users);
        while (true)
        {
            DisposedModel.ThrowIf(users == 0 || Volatile.Read(ref _isDisposed) != 0);
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return;
            }

            users = seen;
        }
    }

    /// <summary>Ends a use.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            free();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Leave();
        }
    }
}
