using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Benchmarks.Throughput;

/// <summary>Images trained on per second, ResNet-20, batch 128.</summary>
internal static class ThroughputBenchmark
{
    private const string Trainer = "trainer";
    private const string Mixed = "mixed";
    private const string Bare = "bare";
    private const string Naive = "naive";
    private const string PyTorch = "pytorch";

    public static Comparison Comparison { get; } = new(
        "throughput",
        "training",
        [
            new OwnVariant(Trainer, "Plrs.MLNet's trainer, from JPEG files, crop and flip", images => TrainerRun.Measure(images, TrainingPrecision.Full)),
            new OwnVariant(Mixed, "the same with `Precision = MixedBFloat16`", images => TrainerRun.Measure(images, TrainingPrecision.MixedBFloat16)),
            new OwnVariant(Bare, "bare TorchSharp loop, preloaded tensors, tuned allocator", BareLoop.Measure),
            new OwnVariant(Naive, "bare TorchSharp loop, preloaded tensors, default allocator", BareLoop.MeasureNaive),
            new PyTorchVariant(PyTorch, "PyTorch loop, preloaded tensors", "resnet20_throughput.py"),
        ],
        [
            new Ratio("trainer to bare loop", Trainer, Bare),
            new Ratio("trainer to bare loop with the default allocator", Trainer, Naive),
            new Ratio("trainer to PyTorch", Trainer, PyTorch),
            new Ratio("bare loop to PyTorch", Bare, PyTorch),
            new Ratio("trainer in mixed precision to float32", Mixed, Trainer),
        ]);
}
