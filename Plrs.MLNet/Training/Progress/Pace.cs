namespace Plrs.MLNet.Training;

/// <summary>How long something takes, from what is done of it since a time.</summary>
/// <param name="time">The clock.</param>
/// <param name="first">How much was done before.</param>
internal sealed class Pace(TimeProvider time, long first)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>How long the rest takes; <see langword="null"/> when nothing tells it yet.</summary>
    /// <param name="done">How much is done.</param>
    /// <param name="all">How much there is, or <see langword="null"/> where that is not known.</param>
    public TimeSpan? Left(long done, long? all) =>
        all is { } known && done > first ? time.GetElapsedTime(_start) * Math.Max(0, known - done) / (done - first) : null;
}
