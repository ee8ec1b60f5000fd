using System.Globalization;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Training;

/// <summary>
/// Warns once if other work takes the processors. Then a step takes several times as long: OpenMP's threads, of which each has a part of
/// every step, spin while they wait for one that has no processor.
/// </summary>
/// <param name="host">Where the warning goes.</param>
/// <param name="time">The clock.</param>
/// <param name="read">Reads the times of the process's threads.</param>
internal sealed class SharedMachineObserver(IHost host, TimeProvider time, Func<ThreadTimes?> read) : TrainingObserver
{
    // One busy neighbour on two processors leaves two threads two thirds of the time.
    private const double LeastWait = 0.25;
    private const double MostOfProcessors = 0.8;

    // What takes less tells nothing.
    private static readonly TimeSpan ShortestEpoch = TimeSpan.FromSeconds(5);

    private (ThreadTimes Times, long Clock)? _start;
    private bool _hasWarned;

    public override void OnEpochStarting(EpochStarting starting) =>
        _start = !_hasWarned && read() is { } times ? (times, time.GetTimestamp()) : null;

    /// <summary>Whether threads spin: on a CPU, unless it is turned off.</summary>
    public static bool IsOfUse(Device device) => device.type == DeviceType.CPU
        && !"PASSIVE".Equals(Environment.GetEnvironmentVariable("OMP_WAIT_POLICY"), StringComparison.OrdinalIgnoreCase);

    public override void OnEpochTrained(EpochTrained trained)
    {
        if (_start is not { } start || time.GetElapsedTime(start.Clock) is var elapsed && elapsed < ShortestEpoch || read() is not { } now)
        {
            return;
        }

        // Threads of its own that wait for one another do so while all processors work for it.
        var (ran, waited) = now - start.Times;
        if (waited > LeastWait * ran && ran < MostOfProcessors * Environment.ProcessorCount * elapsed)
        {
            _hasWarned = true;
            using var channel = host.Start("Training");
            channel.Warning(string.Create(
                CultureInfo.InvariantCulture,
                $"In epoch {trained.Metrics.Epoch}, the training's threads ran for {ran.TotalSeconds:F0} s and waited " +
                $"{waited.TotalSeconds:F0} s for a processor, which other processes or a limit took from them. Then a step takes " +
                $"several times as long. Set the environment variable OMP_WAIT_POLICY to PASSIVE before the program starts."));
        }
    }
}
