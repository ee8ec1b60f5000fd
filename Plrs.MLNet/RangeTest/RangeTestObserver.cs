using Plrs.MLNet.Training;

namespace Plrs.MLNet.RangeTest;

/// <summary>
/// Takes the losses of a session whose schedule is a ramp, and stops it when the sweep is over. Its network has the weights then that it
/// had at the start.
/// </summary>
/// <param name="sweep">Takes the losses.</param>
/// <param name="stepDone">Called after each step with the number of steps done.</param>
/// <param name="stop">Ends the test.</param>
internal sealed class RangeTestObserver(RangeTestSweep sweep, Action<long> stepDone, CancellationToken stop) : TrainingObserver
{
    private WeightsSnapshot? _start;

    public override void OnStarting(SessionStarting starting)
    {
        _start = new WeightsSnapshot(starting.Session.State.Network);
        _start.Take();
    }

    public override void OnBatchStarting(in BatchStarting starting) => stop.ThrowIfCancellationRequested();

    public override void OnStepDone(in StepDone done)
    {
        sweep.Add(done.ReadMetrics().CrossEntropy);
        stepDone(done.Session.State.Steps);
        if (sweep.IsDone)
        {
            done.Session.Stop(new StopCause(StopReason.Completed, "the range test is done"));
        }
    }

    public override void OnDiverged(SessionDiverged diverged)
    {
        sweep.Add(double.NaN);
        diverged.ModelOfEpoch = 0; // Divergence is what the test looks for, and no failure.
    }

    public override void OnCompleting(SessionCompleting completing) => _start!.Restore();

    public override void Dispose()
    {
        _start?.Dispose();
        base.Dispose();
    }
}
