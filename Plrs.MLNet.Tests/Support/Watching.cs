namespace Plrs.MLNet.Tests.Support;

/// <summary>An observer of lambdas.</summary>
internal sealed class Watching : ITrainingObserver
{
    public Action<StepMetrics>? Step { get; init; }

    public Action<ImageClassificationMetrics>? LastWeights { get; init; }

    public Action<InstabilitySignal>? Instability { get; init; }

    public Action<SkippedImage>? Skipped { get; init; }

    public Action<HeadTrained>? HeadTrained { get; init; }

    public Action<ImageClassificationMetrics, ImageClassificationMetrics?>? Epoch { get; init; }

    public bool MeasuresLastWeights => LastWeights is not null;

    public void OnStep(StepMetrics metrics) => Step?.Invoke(metrics);

    public void OnLastWeights(ImageClassificationMetrics validation) => LastWeights?.Invoke(validation);

    public void OnInstability(InstabilitySignal signal) => Instability?.Invoke(signal);

    public void OnHeadTrained(HeadTrained head) => HeadTrained?.Invoke(head);

    public void OnEpoch(ImageClassificationMetrics training, ImageClassificationMetrics? validation) => Epoch?.Invoke(training, validation);

    public void OnImageSkipped(SkippedImage image) => Skipped?.Invoke(image);
}
