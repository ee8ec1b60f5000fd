using System.Diagnostics;

namespace Plrs.MLNet.Benchmarks.Comparisons;

/// <summary>Measures work that can be done again and again.</summary>
internal static class Speed
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Timed = TimeSpan.FromSeconds(3);

    /// <returns>Images per second.</returns>
    /// <param name="images">How many images one call of <paramref name="work"/> does.</param>
    /// <param name="work">The work.</param>
    public static double Measure(int images, Action work)
    {
        CallsPerSecond(work, WarmUp);
        return images * CallsPerSecond(work, Timed);
    }

    private static double CallsPerSecond(Action work, TimeSpan atLeast)
    {
        var start = Stopwatch.GetTimestamp();
        var calls = 0;
        TimeSpan elapsed;
        do
        {
            work();
            calls++;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed < atLeast);
        return calls / elapsed.TotalSeconds;
    }
}
