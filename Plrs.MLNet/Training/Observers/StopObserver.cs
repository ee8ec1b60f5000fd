namespace Plrs.MLNet.Training;

/// <summary>Stops a session before its next batch when a condition says so.</summary>
internal sealed class StopObserver(StopCondition condition) : TrainingObserver
{
    public override void OnBatchStarting(in BatchStarting starting)
    {
        if (condition.Cause is { } cause)
        {
            starting.Session.Stop(cause);
        }
    }
}
