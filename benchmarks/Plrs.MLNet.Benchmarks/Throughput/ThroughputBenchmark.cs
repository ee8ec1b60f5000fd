using Plrs.MLNet.Benchmarks.Comparisons;

namespace Plrs.MLNet.Benchmarks.Throughput;

/// <summary>Images trained on per second: ResNet-20, batch 128, on small images; ResNet-18, batch 16, on photos.</summary>
internal static class ThroughputBenchmark
{
    private const string Trainer = "trainer";
    private const string Mixed = "mixed";
    private const string Bare = "bare";
    private const string Naive = "naive";
    private const string TorchVision = "torchvision";
    private const string PyTorch = "pytorch";
    private const string Features = "features";
    private const string Forward = "forward";

    public static Comparison Comparison { get; } = new(
        "throughput",
        "training",
        [
            new OwnVariant(
                Trainer,
                "Plrs.MLNet's trainer, from JPEG files, crop and flip",
                images => TrainerRun.Measure(images, TrainingPrecision.Full)),
            new OwnVariant(
                Mixed, "the same with `Precision = MixedBFloat16`", images => TrainerRun.Measure(images, TrainingPrecision.MixedBFloat16)),
            new OwnVariant(Bare, "bare TorchSharp loop, preloaded tensors, tuned allocator", BareLoop.Measure),
            new OwnVariant(Naive, "bare TorchSharp loop, preloaded tensors, default allocator", BareLoop.MeasureNaive),
            new OwnVariant(TorchVision, "the same loop with TorchVision's ResNet-18, tuned allocator", BareLoop.MeasureTorchVision)
            {
                IsForPhotos = true,
            },
            new PyTorchVariant(PyTorch, "PyTorch loop, preloaded tensors", "throughput.py"),
            new OwnVariant(Features, "features of a head's training, from decoded images, each also mirrored", FeaturesRun.Measure)
            {
                IsForPhotos = true,
            },
            new OwnVariant(Forward, "bare forward pass of 32, network in evaluation, preloaded tensors", FeaturesRun.MeasureForward)
            {
                IsForPhotos = true,
            },
        ],
        [
            new Ratio("trainer to bare loop", Trainer, Bare),
            new Ratio("trainer to bare loop with the default allocator", Trainer, Naive),
            new Ratio("trainer to PyTorch", Trainer, PyTorch),
            new Ratio("bare loop to PyTorch", Bare, PyTorch),
            new Ratio("bare loop to TorchVision's ResNet-18", Bare, TorchVision),
            new Ratio("features to the bare forward pass", Features, Forward),
            new Ratio("trainer in mixed precision to float32", Mixed, Trainer),
        ]);
}
