namespace Plrs.MLNet.Tests.Support;

/// <summary>Finds out whether work allocates memory.</summary>
internal static class Allocations
{
    private const int Tries = 5;

    /// <summary>
    /// The bytes that this thread allocates in a run of the work, at the least of a few: when another thread's collection comes in between,
    /// .NET counts the rest of what it had set aside for this one as well.
    /// </summary>
    public static long Of(Action work)
    {
        work();
        var least = long.MaxValue;
        for (var i = 0; i < Tries; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
