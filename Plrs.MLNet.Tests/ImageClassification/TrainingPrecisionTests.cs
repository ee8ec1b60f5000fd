using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Torch;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class TrainingPrecisionTests
{
    [TestMethod]
    public void MixedFollowsFullUpToRounding()
    {
        var single = Train(TrainingPrecision.Full);
        var brief = Train(TrainingPrecision.MixedBFloat16);

        // bfloat16 has 8 significant bits: an error of 1/256 in each operation. Steps add to it, so only the first ones are near.
        var (expected, actual) = (single.Steps[0].CrossEntropy, brief.Steps[0].CrossEntropy);
        Assert.AreNotEqual(expected, actual, "A step in bfloat16 rounds differently.");
        Assert.AreEqual(expected, actual, 0.02f * expected);
        Assert.AreNotEqual(single.Weights, brief.Weights);
    }

    [TestMethod]
    public void MixedLearnsAndIsDeterministic()
    {
        var first = Train(TrainingPrecision.MixedBFloat16, epochs: 8);
        var second = Train(TrainingPrecision.MixedBFloat16, epochs: 8);

        Assert.AreEqual(first.Weights, second.Weights);
        var losses = first.Metrics.Where(metrics => metrics.DatasetUsed == ImageClassificationDataset.Train)
            .Select(metrics => metrics.CrossEntropy).ToList();
        Assert.IsLessThan(0.8f * losses[0], losses[^1]);
    }

    [TestMethod]
    public void FullIsTheDefault()
    {
        Assert.AreEqual(TrainingPrecision.Full, new TorchImageClassificationTrainer.Options().Steps.Precision);
        Assert.AreEqual(Train(TrainingPrecision.Full).Weights, QuickRun.Train(QuickRun.QuickOptions()).Weights);
    }

    [TestMethod]
    public void AnEmulatedPrecisionIsWarnedOf()
    {
        var avx2 = new Processor(Architecture.X64, "AVX2", ComputesBFloat16: false);

        Assert.AreEqual(
            "Steps.Precision is MixedBFloat16, but this processor (X64 with AVX2) has no instructions for bfloat16: " +
            "libtorch emulates them, and a step takes several times as long " +
            "as with Full (8 to 17 times was measured with AVX2). Set Steps.Precision to Full; " +
            "quick are x86 processors with AVX512-BF16 or AMX, Arm's with BF16, and NVIDIA GPUs from Ampere on.",
            TrainingPrecision.MixedBFloat16.Warning(gpu: null, avx2));
        Assert.StartsWith(
            "Steps.Precision is MixedBFloat16, but the GPU 'Tesla T4' has no instructions",
            TrainingPrecision.MixedBFloat16.Warning(new Gpu("Tesla T4", 7), processor: null));
        Assert.IsNull(TrainingPrecision.Full.Warning(gpu: null, avx2));
        Assert.IsNull(TrainingPrecision.MixedBFloat16.Warning(gpu: null, avx2 with { ComputesBFloat16 = true }));
        Assert.IsNull(TrainingPrecision.MixedBFloat16.Warning(gpu: null, avx2 with { ComputesBFloat16 = null }));
        Assert.IsNull(TrainingPrecision.MixedBFloat16.Warning(new Gpu("NVIDIA A100", 8), processor: null));
        Assert.IsNull(TrainingPrecision.MixedBFloat16.Warning(gpu: null, processor: null));
    }

    [TestMethod]
    public void FitWarnsBeforeItReadsImages()
    {
        if (!X86Base.IsSupported)
        {
            Assert.Inconclusive("AVX-512 can be turned off on x86 alone.");
        }

        var processor = new Processor(RuntimeInformation.ProcessArchitecture, "AVX2", ComputesBFloat16: false);
        Assert.AreEqual(
            $"{TrainingPrecision.MixedBFloat16.Warning(gpu: null, processor)} | stopped",
            string.Join(" | ", ChildProcess.TrainMixedWithoutAvx512()));
    }

    /// <summary>Starts a training in mixed precision that is stopped before it reads an image, and writes the log's warnings.</summary>
    public static void RunMixed()
    {
        var options = QuickRun.QuickOptions();
        options.Steps.Precision = TrainingPrecision.MixedBFloat16;
        options.Stopping.Token = new CancellationToken(canceled: true);
        var run = new QuickRun();
        try
        {
            run.Fit(options);
        }
        catch (InvalidOperationException)
        {
            run.Warnings.ForEach(Console.WriteLine);
            Console.WriteLine("stopped");
        }
    }

    private static QuickRun Train(TrainingPrecision precision, int epochs = QuickRun.Epochs)
    {
        var options = QuickRun.QuickOptions();
        options.Epoch = epochs;
        options.Steps.Precision = precision;
        return QuickRun.Train(options);
    }
}
