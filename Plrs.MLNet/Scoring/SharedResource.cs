namespace Plrs.MLNet.Scoring;

/// <summary>
/// Something that threads use while another may dispose of it: what is in use then is used to the end, it is freed after the last use, and
/// uses that begin later are refused.
/// </summary>
/// <param name="free">Frees it.</param>
/// <param name="owner">The type of which the error says that it is disposed.</param>
internal sealed class SharedResource(Action free, Type owner) : IDisposable
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
            ObjectDisposedException.ThrowIf(users == 0 || Volatile.Read(ref _isDisposed) != 0, owner);
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
