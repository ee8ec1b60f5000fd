using Microsoft.ML;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Tests.TensorFlow;
using Plrs.MLNet.Tests.TorchTrainers;

namespace Plrs.MLNet.Tests.RangeTest;

[TestClass]
public sealed class UsePlrsWithoutBoundsTests
{
    [TestMethod]
    public void FitFindsBoundsAndTrainsWithThem()
    {
        var mlContext = new MLContext(QuickRun.Seed);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(20));
        var bounds = mlContext.MulticlassClassification.FindPlrsBounds(
            data, TestPipeline.FromMemory(mlContext, QuickRun.QuickOptions()), new PlrsRangeTestOptions { Seeds = 1 });

        var found = QuickRun.Train(QuickRun.QuickOptions().UsePlrs());
        var given = QuickRun.Train(QuickRun.QuickOptions().UsePlrs(bounds.MinimumLearningRate, bounds.MaximumLearningRate));

        Assert.AreEqual(given.Weights, found.Weights);
        CollectionAssert.AreEqual(given.Reports.ToList(), found.Reports.ToList());
        Assert.Contains($"Bounds for PLRS from a range test: {bounds}.", found.Log);
        Assert.Contains(
            found.Log.Single(line => line.Contains("; schedule PLRS", StringComparison.Ordinal)),
            given.Log,
            "The line has the schedule and the averaging.");
    }

    [TestMethod]
    public void ChainsAndTrainersTakeItToo()
    {
        var mlContext = new MLContext(QuickRun.Seed);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(20));
        var chain = TestPipeline.FromMemory(mlContext, QuickRun.QuickOptions());

        var scores = TestPipeline.Scores(chain.UsePlrs().Fit(data), data);

        CollectionAssert.AreEqual(
            TestPipeline.Scores(TestPipeline.FromMemory(mlContext, QuickRun.QuickOptions().UsePlrs()).Fit(data), data), scores);
        CollectionAssert.AreNotEqual(TestPipeline.Scores(chain.Fit(data), data), scores, "The chain that was given keeps its schedule.");
    }

    [TestMethod]
    public void AResumedRunFindsTheSameBounds()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions("plain SGD", workspace).UsePlrs();
        QuickRun.Fail<OperationCanceledException>(options, (mlContext, steps) =>
        {
            if (steps == 6)
            {
                mlContext.CancelExecution();
            }
        });

        var resumed = QuickRun.Train(options);

        Assert.HasCount((QuickRun.Epochs * QuickRun.StepsPerEpoch) - 6, resumed.Steps);
        Assert.AreEqual(QuickRun.Train(QuickRun.QuickOptions().UsePlrs()).Weights, resumed.Weights);
    }

    [TestMethod]
    public void WithoutAUsableRangeFitFails()
    {
        var options = QuickRun.QuickOptions().UsePlrs();
        options.FineTuning = FineTuning.Full with
        {
            RateFactors = options.Arch!.CreateGraph(3, 8).Groups.ToDictionary(group => group, _ => 1e-30),
        };

        var (run, error) = QuickRun.Fail<InvalidOperationException>(options);

        Assert.StartsWith("UsePlrs was given no bounds, and the range test found none. The loss is ", error.Message);
        Assert.EndsWith(
            "FindPlrsBounds draws the curves and takes other settings; UsePlrs(minimumLearningRate, maximumLearningRate) takes bounds.",
            error.Message);
        Assert.IsEmpty(run.Steps);
    }

    [TestMethod]
    public void MLNetsTrainersAreRefusedByName()
    {
        using var temporary = new TemporaryFolder();
        var mlContext = new MLContext(seed: 3) { TempFilePath = temporary.Path };
        const string End = " cannot find the bounds of PLRS by a range test; only this library's TorchImageClassification can. " +
            "Give them: UsePlrs(minimumLearningRate, maximumLearningRate).";

        var options = Assert.ThrowsExactly<NotSupportedException>(() => new ImageClassificationTrainerDouble.Options().UsePlrs());
        var tensorFlow = Assert.ThrowsExactly<NotSupportedException>(
            () => new ImageClassificationTrainerDouble(mlContext, new()).UsePlrs());
        var torch = Assert.ThrowsExactly<NotSupportedException>(() => new TorchTrainerDouble(mlContext, new()).UsePlrs());

        Assert.AreEqual(typeof(ImageClassificationTrainerDouble.Options).FullName + End, options.Message);
        Assert.AreEqual(typeof(ImageClassificationTrainerDouble.Options).FullName + End, tensorFlow.Message);
        Assert.AreEqual(typeof(TorchTrainerDouble).FullName + End, torch.Message);
    }

    [TestMethod]
    public void UntilThenItHasNoRates()
    {
        var schedule = new TorchImageClassificationTrainer.Options().UsePlrs().Schedule!;

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => schedule.GetLearningRate(default));

        Assert.StartsWith("PLRS has no bounds yet", error.Message);
        Assert.AreEqual("PLRS with bounds from a range test", schedule.ToString());
    }
}
