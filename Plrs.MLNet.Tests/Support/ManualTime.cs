namespace Plrs.MLNet.Tests.Support;

/// <summary>Time that passes when a test says so.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];

    /// <summary>The time since some start.</summary>
    public TimeSpan Now { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(() => callback(state)) { IsSet = dueTime != Timeout.InfiniteTimeSpan };
        lock (_timers)
        {
            _timers.Add(timer);
        }

        return timer;
    }

    /// <summary>Lets the time of all timers come.</summary>
    public void Elapse()
    {
        ManualTimer[] timers;
        lock (_timers)
        {
            timers = [.. _timers.Where(timer => timer.IsSet)];
        }

        foreach (var timer in timers)
        {
            timer.IsSet = false;
            timer.Call();
        }
    }
}

internal sealed class ManualTimer(Action call) : ITimer
{
    public bool IsSet { get; set; }

    public Action Call => call;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        IsSet = dueTime != Timeout.InfiniteTimeSpan;
        return true;
    }

    public void Dispose() => IsSet = false;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
