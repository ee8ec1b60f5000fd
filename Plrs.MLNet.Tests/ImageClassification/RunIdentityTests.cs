using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Common;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Checkpoints;
using TorchSharp;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>What tells a run from others: every later version must come to the same, or runs are lost in an upgrade.</summary>
[TestClass]
public sealed class RunIdentityTests
{
    private const string Data =
        "arch CifarResNet(depth: 20) | classes 3 (4edf0c71a724c9dd) | imageSize 8 | normalization … | resizing Stretch | " +
        "seed 11 | startFrom random | trainingImages … | validationImages …";

    public static IEnumerable<(Action<Options> Change, string Settings)> Pinned =>
    [
        (_ => { }, "schedule constant 0.01"),
        (
            options => options.Schedule = new PlrsSchedule(0.07, 0.1),
            "schedule PLRS U[0.07, 0.1], seed 11, redrawn every step | weightAveraging exponential, decay 0.98"),
        (
            options => options.Optimizer = new SgdOptions { Momentum = 0.9, Nesterov = true, WeightDecay = 5e-4 },
            "optimizer.momentum 0.9 | optimizer.nesterov True | optimizer.weight decay 0.0005 | schedule constant 0.01"),
        (
            options =>
            {
                options.FineTuning = FineTuning.Gradual with
                {
                    RateFactors = new Dictionary<string, double> { ["conv1"] = 0, ["layer1"] = 0.5 },
                };
                options.Schedule = new OneCycleSchedule(0.1);
                options.LearningRate = 0.02;
            },
            "fineTuning.epochs per group 2 | fineTuning.freeze " +
            "batch norm True | fineTuning.head epochs 30 | fineTuning.rate factors conv1 0, layer1 0.5 | " +
            "headSchedule constant 0.02 | schedule one-cycle, 0.01 to 0.1 and back, then to 0.001, over 60 epochs"),
        (
            options =>
            {
                (options.BatchSize, options.Steps.MinimumLastBatchSize, options.Steps.LabelSmoothing) = (32, 4, 0.1);
                options.Steps.ClassBalance = ClassBalance.BalancedClassWeights;
                options.Images.Augmentation = ImageAugmentation.Photos with { MixupAlpha = 0.2 };
            },
            "augmentation.brightness 0.2 | augmentation.contrast " +
            "0.2 | augmentation.crop area 0.35 | augmentation.flip True | augmentation.mixup 0.2 | " +
            "augmentation.saturation 0.2 | batchSize 32 | " +
            "classBalance weighted loss | labelSmoothing 0.1 | minimumLastBatchSize 4 | schedule constant 0.01"),
        (
            options =>
            {
                options.Optimizer = new AdamWOptions { Beta2 = 0.99, DecaysNormsAndBiases = false };
                options.EarlyStoppingCriteria = new EarlyStopping
                {
                    Patience = 5,
                    Metric = EarlyStoppingMetric.Loss,
                    StartFromEpoch = 3,
                    MinDelta = 0,
                };
                options.WeightAveraging = WeightAveraging.Uniform(20) with { UpdateBatchNorm = true };
                options.Steps.Precision = TrainingPrecision.MixedBFloat16;
            },
            "earlyStopping.metric Loss | earlyStopping.min delta 0 | earlyStopping.patience 5 | earlyStopping.start from epoch 3 | " +
            "optimizer.beta 2 0.99 | optimizer.decays norms and biases False | optimizer.kind AdamW | optimizer.weight decay 0.01 | " +
            "precision MixedBFloat16 | schedule constant 0.01 | weightAveraging uniform from epoch 20, norms recomputed"),
    ];

    [TestMethod]
    [DynamicData(nameof(Pinned))]
    public void ARunIsKnownByWhatIsNotAsUsual(Action<Options> change, string settings)
    {
        var found = Settings(change).Where(setting => setting.Value != setting.Usual)
            .OrderBy(setting => setting.Name, StringComparer.Ordinal)
            .Select(setting => $"{setting.Name} {(IsOfData(setting.Name) ? "…" : setting.Value)}");

        Assert.AreEqual(string.Join(" | ", $"{Data} | {settings}".Split(" | ").Order(StringComparer.Ordinal)), string.Join(" | ", found));

        static bool IsOfData(string name) => name is "normalization" || name.EndsWith("Images", StringComparison.Ordinal);
    }

    [TestMethod]
    public void EveryOptionIsComparedOrCannotChangeTheWeights()
    {
        var all = OptionsInWords.Names.ToList();

        CollectionAssert.AreEquivalent(all, RunIdentity.Compared.Concat(RunIdentity.WithoutEffect).ToList());
    }

    [TestMethod]
    public void AnOptionThatALaterVersionAddsChangesNothingAtItsDefault()
    {
        var run = RunFingerprint.Of([.. Settings(_ => { })], torch.CPU);
        var later = RunFingerprint.Of([.. Settings(_ => { }), new RunSetting("gradientClipping", "none", "none")], torch.CPU);
        var clipped = RunFingerprint.Of([.. Settings(_ => { }), new RunSetting("gradientClipping", "none", "1")], torch.CPU);

        Assert.AreEqual(run.Id, later.Id);
        Assert.IsEmpty(later.SettingsChangedSince(run));
        Assert.AreNotEqual(run.Id, clipped.Id);
        Assert.AreEqual("gradientClipping was none, is 1", clipped.SettingsChangedSince(run).Single().Words);
        Assert.AreEqual("gradientClipping was 1, is not known", run.SettingsChangedSince(Read(clipped)).Single().Words);
    }

    [TestMethod]
    public void TheIdIsAHashOfNamesAndValues() =>
        Assert.AreEqual(
            "55c420c0",
            RunFingerprint.Of([new RunSetting("b", "", "2"), new RunSetting("a", "", "1"), new RunSetting("c", "3", "3")], torch.CPU).Id);

    [TestMethod]
    public void TheRateOfAHeadThatThePlanIsNotForCounts()
    {
        var one = Settings(options => Plan(options, 0.02));
        var other = Settings(options => Plan(options, 0.5));

        Assert.AreEqual(
            "headSchedule was constant 0.02, is constant 0.5",
            string.Join(
                "; ",
                RunFingerprint.Of(other, torch.CPU).SettingsChangedSince(RunFingerprint.Of(one, torch.CPU))
                    .Select(change => change.Words)));

        static void Plan(Options options, double rate)
        {
            options.FineTuning = FineTuning.Gradual;
            options.Schedule = new OneCycleSchedule(0.1);
            options.LearningRate = rate;
        }
    }

    [TestMethod]
    public void AnotherVersionOfTheLibraryMakesTheSameRunButIsTold()
    {
        var now = RunFingerprint.Of([], torch.CPU);
        var version = AssemblyVersion.Of(typeof(RunFingerprint));

        Assert.AreEqual(now.Id, OfVersion("0.9.0").Id);
        Assert.AreEqual($"Plrs.MLNet was 0.9.0, is {version}", now.MachineChangedSince(OfVersion("0.9.0")).Single());
        Assert.IsEmpty(now.MachineChangedSince(OfVersion(version)));
        Assert.Contains($"Plrs.MLNet {version}", Written(now));
    }

    // Version 1.0.0 did not write which one it was.
    [TestMethod]
    public void ACheckpointWithoutAVersionIsOfOne() =>
        CollectionAssert.AreEqual(
            RunFingerprint.Of([], torch.CPU).MachineChangedSince(OfVersion("1.0.0")).ToList(),
            RunFingerprint.Of([], torch.CPU).MachineChangedSince(OfVersion(null)).ToList());

    private static RunFingerprint OfVersion(string? version)
    {
        var machine = RunFingerprint.Machine(torch.CPU);
        if (version is not null)
        {
            machine["Plrs.MLNet"] = version;
        }

        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(0);
        writer.Write(machine.Count);
        foreach (var (name, value) in machine)
        {
            writer.Write(name);
            writer.Write(value);
        }

        stream.Position = 0;
        return RunFingerprint.Read(new BinaryReader(stream));
    }

    /// <summary>What a run without settings writes of its machine.</summary>
    private static List<string> Written(RunFingerprint run)
    {
        using var stream = new MemoryStream();
        run.Write(new BinaryWriter(stream));
        stream.Position = 0;
        var reader = new BinaryReader(stream);
        Assert.AreEqual(0, reader.ReadInt32());
        return [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => $"{reader.ReadString()} {reader.ReadString()}")];
    }

    private static RunFingerprint Read(RunFingerprint run)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        run.Write(writer);
        stream.Position = 0;
        return RunFingerprint.Read(new BinaryReader(stream));
    }

    /// <summary>The settings of a run that is made without a pipeline.</summary>
    private static IReadOnlyList<RunSetting> Settings(Action<Options> change)
    {
        var mlContext = new MLContext(QuickRun.Seed);
        var images = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(20));
        var data = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(images).Transform(images);
        var options = new Options { StartFrom = PretrainedWeights.None, Images = { Size = 8 } };
        change(options);
        options.Validate();
        using var run = TrainingRun.Prepare(
            ((IHostEnvironment)mlContext).Register("test"), options, QuickRun.Seed, new RoleMappedData(data, "Label", "Image"),
            validation: null);
        return RunIdentity.Of(run);
    }
}
