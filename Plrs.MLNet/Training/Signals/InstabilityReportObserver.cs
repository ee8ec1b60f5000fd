using Microsoft.ML.Runtime;

namespace Plrs.MLNet.Training;

/// <summary>Reports what a monitor finds to ML.NET's log. Users' observers are told by <see cref="OwnObserver"/>.</summary>
/// <param name="host">For the log.</param>
/// <param name="monitor">The monitor.</param>
internal sealed class InstabilityReportObserver(IHost host, InstabilityMonitor monitor) : TrainingObserver
{
    private int? _reported;

    /// <summary>What a checkpoint has was reported before it was written.</summary>
    public override void OnEpochStarting(EpochStarting starting) => _reported ??= monitor.Signals.Count;

    public override void OnStepDone(in StepDone done) => Report();

    public override void OnEpochTrained(EpochTrained trained) => Report();

    public override void OnStopped(SessionStopped stopped) => Report();

    public override void OnDiverged(SessionDiverged diverged) => Report();

    private void Report()
    {
        for (var reported = _reported ?? 0; reported < monitor.Signals.Count; reported++)
        {
            var signal = monitor.Signals[reported];
            _reported = reported + 1;
            using var log = host.Start("Instability");
            if (signal.Kind == InstabilityKind.RateAboveSmoothness)
            {
                log.Info(signal.ToString()); // Usual with bounds that train well, and no sign of trouble by itself.
            }
            else
            {
                log.Warning(signal.ToString());
            }
        }
    }
}
