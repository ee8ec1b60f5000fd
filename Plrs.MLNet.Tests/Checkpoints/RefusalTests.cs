using Microsoft.ML;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;
using static TorchSharp.torch;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Tests.Checkpoints;

[TestClass]
[DoNotParallelize]
public sealed class RefusalTests
{
    private const string Variant = "SGD with momentum, early stopping";

    public static IEnumerable<(Action<Options> Change, string Difference)> Changes =>
    [
        (options => options.BatchSize = 5, "batchSize was 4, is 5"),
        (options => options.Steps.Precision = TrainingPrecision.MixedBFloat16, "precision was Full, is MixedBFloat16"),
        (options => options.Images.Resizing = ImageResizing.Pad, "resizing was Stretch, is Pad"),
        (options => options.Images.Size = 9, "imageSize was 8, is 9"),
        (options => options.Arch = Network.ResNet32, "arch was CifarResNet(depth: 20), is CifarResNet(depth: 32)"),
        (
            options => options.Images.Augmentation = ImageAugmentation.CropAndFlip,
            "augmentation.flip was False, is True; augmentation.padding was 0, is 4"),
        (
            options => options.Images.Augmentation = ImageAugmentation.Photos with { MixupAlpha = 0.2 },
            "augmentation.mixup was 0, is 0.2; augmentation.saturation was 0, is 0.2"),
        (options => options.Steps.LabelSmoothing = 0.1, "labelSmoothing was 0, is 0.1"),
        (options => options.Steps.ClassBalance = ClassBalance.WeightedSampler, "classBalance was none, is sampling"),
        (
            options => options.Steps.ClassBalance = ClassBalanceOptionTests.StripesCountDouble,
            "classBalance was none, is weights 'disc' 1, 'square' 1, 'stripes' 2"),
        (options => options.Optimizer = new SgdOptions { Momentum = 0.8, Nesterov = true }, "optimizer.momentum was 0.9, is 0.8"),
        (
            options => options.Optimizer = new SgdOptions { Momentum = 0.9, Nesterov = true, DecaysNormsAndBiases = false },
            "optimizer.decays norms and biases was True, is False"),
        (options => options.EarlyStoppingCriteria = null, "earlyStopping was True, is False"),
        (
            options => options.Schedule = new ConstantSchedule(0.1),
            "schedule was PLRS U[0.05, 0.1], seed 11, redrawn every step, is constant 0.1"),
        (options => options.ValidationSetFraction = 0.2f, "validationImages was 5 ("),
        (options => options.Epoch = 1, "it is after 5 steps, but Epoch is 1, which makes only 4."),
    ];

    [TestMethod]
    [DynamicData(nameof(Changes))]
    public void ACheckpointOfOtherSettingsIsRefusedAndTheDifferenceNamed(Action<Options> change, string difference)
    {
        using var workspace = Interrupted();
        var path = QuickRun.CheckpointPath(workspace, 5);
        var options = QuickRun.CheckpointedOptions(Variant, workspace);
        options.Checkpoints.ResumeFrom = CheckpointSource.File(path);
        change(options);

        var (run, error) = QuickRun.Fail<InvalidOperationException>(options);

        Assert.StartsWith($"The checkpoint '{path}' is refused: ", error.Message);
        Assert.Contains(difference, error.Message);
        Assert.IsEmpty(run.Steps);
    }

    [TestMethod]
    public void AnotherDeviceIsAnotherMachineButTheSameRun()
    {
        var onCpu = RunFingerprint.Of([], CPU);
        var onGpu = RunFingerprint.Of([], new Device(TorchSharp.DeviceType.CUDA, 99));

        Assert.AreEqual(onCpu.Id, onGpu.Id);
        Assert.AreEqual("Device was CPU, is a GPU whose name is not known", string.Join("; ", onGpu.MachineChangedSince(onCpu)));
    }

    [TestMethod]
    public void ACheckpointOfAnotherSeedIsRefused()
    {
        using var workspace = Interrupted();
        var options = QuickRun.CheckpointedOptions(Variant, workspace);
        options.Checkpoints.ResumeFrom = CheckpointSource.File(QuickRun.CheckpointPath(workspace, 5));

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => new QuickRun { ContextSeed = 12 }.Fit(options));

        Assert.Contains("seed was 11, is 12", error.Message);
    }

    [TestMethod]
    public void ACheckpointOfOtherDataIsRefused()
    {
        using var workspace = Interrupted();
        var options = QuickRun.CheckpointedOptions(Variant, workspace);
        options.Checkpoints.ResumeFrom = CheckpointSource.File(QuickRun.CheckpointPath(workspace, 5));

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => new QuickRun { Images = 24 }.Fit(options));

        Assert.Contains("trainingImages was 15 (", error.Message);
        Assert.Contains("is 18 (", error.Message);
    }

    [TestMethod]
    public void AScheduleThatSaysNothingOfItselfIsToldApartByItsRates()
    {
        using var workspace = Interrupted(options => options.Schedule = new Silent(0.1));
        var options = QuickRun.CheckpointedOptions(Variant, workspace);
        options.Checkpoints.ResumeFrom = CheckpointSource.File(QuickRun.CheckpointPath(workspace, 5));
        options.Schedule = new Silent(0.2);

        var (_, error) = QuickRun.Fail<InvalidOperationException>(options);

        Assert.Contains("is refused: the schedule gave the learning rate 0.1 for step 4 and now gives 0.2.", error.Message);
    }

    [TestMethod]
    public void ADamagedCheckpointAskedForByNameIsAnError()
    {
        using var workspace = Interrupted();
        var path = QuickRun.CheckpointPath(workspace, 5);
        Damage(path);
        var options = QuickRun.CheckpointedOptions(Variant, workspace);
        options.Checkpoints.ResumeFrom = CheckpointSource.File(path);

        var (_, error) = QuickRun.Fail<FormatException>(options);

        Assert.AreEqual($"The checkpoint '{path}' is refused: it is damaged: its content does not match its checksum.", error.Message);
    }

    [TestMethod]
    public void AMissingCheckpointIsAnError()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.QuickOptions();
        options.Checkpoints.ResumeFrom = CheckpointSource.File(workspace.File("none.plrs"));

        var (_, error) = QuickRun.Fail<InvalidOperationException>(options);

        Assert.StartsWith($"The checkpoint '{workspace.File("none.plrs")}' cannot be read: ", error.Message);
    }

    [TestMethod]
    public void NewestPassesOverDamagedOnesAndSaysWhy()
    {
        using var workspace = Interrupted();
        var (newest, second) = (QuickRun.CheckpointPath(workspace, 5), QuickRun.CheckpointPath(workspace, 4));
        Damage(newest);
        File.WriteAllBytes(second, File.ReadAllBytes(second)[..1000]);

        var run = QuickRun.Train(QuickRun.CheckpointedOptions(Variant, workspace));

        Assert.AreEqual(3, run.Steps[0].Step.Index);
        Assert.AreEqual(QuickRun.Train(QuickRun.QuickOptions(Variant)).Weights, run.Weights);
        Assert.AreEqual(
            $"Passed over: The checkpoint '{newest}' is refused: it is damaged: its content does not match its checksum.", run.Warnings[0]);
        Assert.StartsWith(
            $"Passed over: The checkpoint '{second}' is refused: it is truncated or damaged: it has 948 bytes after its header",
            run.Warnings[1]);
    }

    [TestMethod]
    public void NewestWithNothingButDamagedOnesIsAnError()
    {
        using var workspace = Interrupted();
        foreach (var path in QuickRun.Checkpoints(workspace))
        {
            Damage(path);
        }

        var (run, error) = QuickRun.Fail<InvalidOperationException>(QuickRun.CheckpointedOptions(Variant, workspace));

        Assert.AreEqual(
            $"None of this run's checkpoints in '{QuickRun.RunFolder(workspace.Path)}' can be used; the log says why. " +
            "Remove them to start from the beginning.",
            error.Message);
        Assert.HasCount(3, run.Warnings);
    }

    [TestMethod]
    public void AnotherNumberOfThreadsIsAWarning()
    {
        using var workspace = Interrupted();
        var options = QuickRun.CheckpointedOptions(Variant, workspace);
        var threads = get_num_threads();
        try
        {
            set_num_threads(threads + 1);

            // No step is needed to see it.
            var run = new QuickRun();
            run.FitUntilResumed(options);

            Assert.AreEqual(
                $"The results will not be equal to the last bit to those of an uninterrupted run: Threads was {threads}, is {threads + 1}.",
                run.Warnings.Single());
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [TestMethod]
    public void ResumingNeedsASeed()
    {
        var options = QuickRun.QuickOptions();
        options.Checkpoints.ResumeFrom = CheckpointSource.File("some.plrs");

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => new MLContext().MulticlassClassification.Trainers.TorchImageClassification(options));

        Assert.StartsWith("Checkpoints.ResumeFrom needs an MLContext with a seed, that of the interrupted run", error.Message);
    }

    /// <summary>A workspace with the checkpoints after steps 3, 4 and 5.</summary>
    private static TemporaryFolder Interrupted(Action<Options>? change = null)
    {
        var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions(Variant, workspace);
        change?.Invoke(options);
        QuickRun.Fail<OperationCanceledException>(options, (mlContext, steps) =>
        {
            if (steps == 5)
            {
                mlContext.CancelExecution();
            }
        });
        Assert.HasCount(3, QuickRun.Checkpoints(workspace));
        return workspace;
    }

    private static void Damage(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private sealed class Silent(double rate) : ILearningRateSchedule
    {
        public double GetLearningRate(TrainingStep step) => rate;
    }
}
