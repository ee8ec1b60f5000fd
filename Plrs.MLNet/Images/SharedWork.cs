namespace Plrs.MLNet.Images;

/// <summary>Work on many items by a few workers, each of which has things of its own to work with.</summary>
internal static class SharedWork
{
    /// <summary>Has each item worked on once, by whichever worker is free; the caller's thread works too.</summary>
    /// <param name="items">The number of items.</param>
    /// <param name="workers">The number of workers, at least 1.</param>
    /// <param name="work">Given the worker and the item. One worker has one item at a time.</param>
    public static void Run(int items, int workers, Action<int, int> work)
    {
        var next = -1;
        Parallel.For(0, Math.Min(items, workers), worker =>
        {
            for (var item = Interlocked.Increment(ref next); item < items; item = Interlocked.Increment(ref next))
            {
                work(worker, item);
            }
        });
    }
}
