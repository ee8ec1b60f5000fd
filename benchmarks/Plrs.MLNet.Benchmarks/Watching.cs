namespace Plrs.MLNet.Benchmarks;

/// <summary>An observer of lambdas.</summary>
internal sealed class Watching : ITrainingObserver
{
    public Action<StepMetrics>? Step { get; init; }

    public Action<InstabilitySignal>? Instability { get; init; }

    public void OnStep(StepMetrics metrics) => Step?.Invoke(metrics);

    public void OnInstability(InstabilitySignal signal) => Instability?.Invoke(signal);
}
