using System.Globalization;

namespace Plrs.MLNet.Training;

/// <summary>How long the process's threads ran, and how long they were ready to run and had no processor.</summary>
/// <param name="Ran">The time on a processor, of all threads.</param>
/// <param name="Waited">The time without one.</param>
internal readonly record struct ThreadTimes(TimeSpan Ran, TimeSpan Waited)
{
    private const long NanosecondsPerTick = 100;

    /// <summary>What Linux counts of the threads that there are now; <see langword="null"/> if the system does not tell.</summary>
    public static ThreadTimes? Read()
    {
        try
        {
            return Directory.GetDirectories("/proc/self/task").Select(OfThread).Aggregate((sum, thread) => sum + thread);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    public static ThreadTimes operator +(ThreadTimes one, ThreadTimes other) => new(one.Ran + other.Ran, one.Waited + other.Waited);

    public static ThreadTimes operator -(ThreadTimes one, ThreadTimes other) => new(one.Ran - other.Ran, one.Waited - other.Waited);

    private static ThreadTimes OfThread(string folder)
    {
        try
        {
            var fields = File.ReadAllText(Path.Combine(folder, "schedstat")).Split(' ');
            return new(Ticks(fields[0]), Ticks(fields[1]));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && Directory.Exists("/proc/self/task"))
        {
            // The thread has ended since.
            return default;
        }
    }

    private static TimeSpan Ticks(string nanoseconds) =>
        new(long.Parse(nanoseconds, CultureInfo.InvariantCulture) / NanosecondsPerTick);
}
