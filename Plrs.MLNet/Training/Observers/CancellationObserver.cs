using Microsoft.ML.Runtime;

namespace Plrs.MLNet.Training;

/// <summary>
/// Ends a session with an <see cref="OperationCanceledException"/> before its next batch when ML.NET's context is cancelled.
/// </summary>
internal sealed class CancellationObserver(IHost host) : TrainingObserver
{
    public override void OnBatchStarting(in BatchStarting starting) => host.CheckAlive();
}
