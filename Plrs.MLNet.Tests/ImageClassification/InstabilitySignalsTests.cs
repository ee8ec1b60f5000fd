using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class InstabilitySignalsTests
{
    private const int Count = 60;

    public static IEnumerable<string> Variants => QuickRun.Variants.Keys;

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void TheyChangeNothingInTheTraining(string variant)
    {
        var without = TrainWith(InstabilitySignals.None, variant);
        var with = TrainWith(new InstabilitySignals { SmoothnessInterval = 1 }, variant);

        Assert.AreEqual(without.Weights, with.Weights);
        CollectionAssert.AreEqual(without.Metrics.Select(Figures).ToArray(), with.Metrics.Select(Figures).ToArray());
        Assert.IsTrue(without.Steps.All(step => step is { GradientNorm: null, Smoothness: null }));
        Assert.IsTrue(with.Steps.All(step => step.GradientNorm is not null));
        Assert.IsTrue(with.Steps[0].Smoothness > 0);
    }

    [TestMethod]
    public void NorWhereLayersDropAtRandom()
    {
        Assert.AreEqual(WithDropout(InstabilitySignals.None), WithDropout(new InstabilitySignals { SmoothnessInterval = 1 }));

        static string WithDropout(InstabilitySignals signals)
        {
            var options = QuickRun.QuickOptions();
            options.Arch = Network.MobileNetV2;
            options.Images.Size = 32;
            options.Epoch = 1;
            options.Reporting.InstabilitySignals = signals;
            return QuickRun.Train(options).Weights;
        }
    }

    [TestMethod]
    public void TheFiguresAreInTheMetricsOfSteps()
    {
        var run = TrainWith(new InstabilitySignals { SmoothnessInterval = 3 });

        CollectionAssert.AreEqual(
            new long[] { 0, 3, 6, 9 }, run.Steps.Where(step => step.Smoothness is not null).Select(step => step.Step.Index).ToArray());
        var (train, validation) = (run.Metrics[0], run.Metrics[1]);
        var steps = run.Steps.Take(QuickRun.StepsPerEpoch).ToArray();
        Assert.AreEqual(steps.Average(step => (double)step.GradientNorm!), train.MeanGradientNorm!.Value, 1e-6);
        Assert.AreEqual(steps.Max(step => step.GradientNorm), (float)train.LargestGradientNorm!.Value);
        Assert.AreEqual(Math.Min(steps[0].Smoothness!.Value, steps[3].Smoothness!.Value), (float)train.Smoothness!.Value);
        Assert.IsTrue(validation is { MeanGradientNorm: null, LargestGradientNorm: null, Smoothness: null });
    }

    [TestMethod]
    public void TenTimesTheRangeTestsProposalIsFlaggedInTheFirstEpochAndATenthOfItIsCalm()
    {
        var mlContext = new MLContext(seed: 1);
        var images = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(Count));
        var bounds = mlContext.MulticlassClassification.FindPlrsBounds(
            images, TestPipeline.FromMemory(mlContext, Options()), new PlrsRangeTestOptions { Seeds = 1 });
        Assert.IsTrue(bounds.IsUsable, bounds.ToString());

        var (atATenth, _) = Signals(0.1 * bounds.MinimumLearningRate, 0.1 * bounds.MaximumLearningRate, epochs: 1);
        var (atTenTimes, log) = Signals(10 * bounds.MinimumLearningRate, 10 * bounds.MaximumLearningRate, epochs: 1);

        Assert.IsFalse(
            atATenth.Exists(signal => signal.Kind != InstabilityKind.RateAboveSmoothness), $"{bounds}\n{string.Join('\n', atATenth)}");
        var signal = atTenTimes.Find(signal => signal.Kind == InstabilityKind.RateAboveSmoothness);
        Assert.IsNotNull(signal, bounds.ToString());
        Assert.AreEqual(0, signal.Step.Epoch);
        Assert.AreEqual(10 * bounds.MaximumLearningRate, signal.Value, 1e-12);
        Assert.IsGreaterThan(signal.Limit, signal.Value);
        Assert.Contains(
            InstabilityKind.LossSpike, atTenTimes.Select(signal => signal.Kind), "The estimate alone may tell of good rates, too.");
        CollectionAssert.AreEqual(atTenTimes.Where(IsWarning).Select(signal => signal.ToString()).ToArray(), log);

        static bool IsWarning(InstabilitySignal signal) => signal.Kind != InstabilityKind.RateAboveSmoothness;
    }

    [TestMethod]
    public void RatesThatThrowTheWeightsAboutMakeTheLossSpike()
    {
        var (signals, log) = Signals(6, 8, epochs: 1);

        Assert.Contains(InstabilityKind.LossSpike, signals.Select(signal => signal.Kind));
        Assert.HasCount(signals.Count(signal => signal.Kind != InstabilityKind.RateAboveSmoothness), log);
    }

    [TestMethod]
    public void WithoutThemNothingIsSaid()
    {
        var (signals, log) = Signals(2, 3, epochs: 1, InstabilitySignals.None);

        Assert.IsEmpty(signals);
        Assert.IsEmpty(log);
    }

    [TestMethod]
    public void TheTheoremIsAboutPlainSgdWithRatesThatAreDrawn()
    {
        Assert.IsTrue(IsTold(options => options.Schedule = WarmUpSchedule.ForSteps(1, new PlrsSchedule(2, 3))));
        Assert.IsFalse(IsTold(options => options.Schedule = new ConstantSchedule(3)));
        Assert.IsFalse(IsTold(options => options.Optimizer = new SgdOptions { Momentum = 0.5 }));
        Assert.IsFalse(IsTold(options => options.Optimizer = new AdamOptions()));
        Assert.IsFalse(
            IsTold(options => options.Schedule = WarmUpSchedule.ForSteps(1_000_000, new PlrsSchedule(2, 3))),
            "The first step's rates are a millionth.");

        static bool IsTold(Action<TorchImageClassificationTrainer.Options> change)
        {
            var told = new List<InstabilityKind>();
            var options = Options();
            options.Schedule = new PlrsSchedule(2, 3);
            options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Instability = signal => told.Add(signal.Kind) }];
            change(options);
            QuickRun.Train(options);
            return told.Contains(InstabilityKind.RateAboveSmoothness);
        }
    }

    [TestMethod]
    public void AnIntervalIsAtLeastOneStep()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new InstabilitySignals { SmoothnessInterval = 0 });

        Assert.StartsWith("SmoothnessInterval is 0; it must be at least 1, or null.", error.Message);
    }

    [TestMethod]
    public void ACheckpointIsReadWithOtherSignalsToo()
    {
        foreach (var (before, after) in new[]
        {
            (new InstabilitySignals(), InstabilitySignals.None),
            (InstabilitySignals.None, new InstabilitySignals()),
        })
        {
            using var workspace = new TemporaryFolder();
            var options = QuickRun.CheckpointedOptions("plain SGD", workspace);
            options.Reporting.InstabilitySignals = before;
            options.Epoch = 1;
            QuickRun.Train(options);
            options.Reporting.InstabilitySignals = after;
            options.Epoch = QuickRun.Epochs;

            var resumed = QuickRun.Train(options);

            Assert.AreEqual(QuickRun.StepsPerEpoch, resumed.Steps[0].Step.Index);
            Assert.AreEqual(TrainWith(after).Weights, resumed.Weights);
        }
    }

    [TestMethod]
    public void WhatWasToldBeforeACheckpointIsNotToldAgain()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions("plain SGD", workspace);
        options.Schedule = new PlrsSchedule(2, 3);
        options.Epoch = 1;
        var told = new List<InstabilitySignal>();
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Instability = told.Add }];
        QuickRun.Train(options);
        Assert.Contains(InstabilityKind.RateAboveSmoothness, told.Select(signal => signal.Kind));
        told.Clear();
        options.Epoch = 2;

        QuickRun.Train(options);

        Assert.IsTrue(told.TrueForAll(signal => signal.Step.Epoch == 1 && signal.Kind != InstabilityKind.RateAboveSmoothness));
    }

    private static TorchImageClassificationTrainer.Options Options()
    {
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Images.Size = 8;
        options.BatchSize = 8;
        return options;
    }

    private static (List<InstabilitySignal> Signals, List<string> Log) Signals(
        double minimum, double maximum, int epochs, InstabilitySignals? signals = null)
    {
        var mlContext = new MLContext(seed: 1);
        var log = new List<string>();
        mlContext.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning && e.Source.Contains("Instability", StringComparison.Ordinal))
            {
                log.Add(e.RawMessage);
            }
        };
        var told = new List<InstabilitySignal>();
        var options = Options();
        options.Epoch = epochs;
        options.Schedule = new PlrsSchedule(minimum, maximum);
        options.Reporting.InstabilitySignals = signals ?? new InstabilitySignals();
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Instability = told.Add }];
        TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(Count)));
        return (told, log);
    }

    private static QuickRun TrainWith(InstabilitySignals signals, string variant = "plain SGD")
    {
        var options = QuickRun.QuickOptions(variant);
        options.Reporting.InstabilitySignals = signals;
        return QuickRun.Train(options);
    }

    private static (float Accuracy, float CrossEntropy) Figures(ImageClassificationMetrics metrics) =>
        (metrics.Accuracy, metrics.CrossEntropy);
}
