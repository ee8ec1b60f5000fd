using Microsoft.ML;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class StartFromModelTests
{
    private static readonly Lazy<ITransformer> Start = new(FineTuningRun.Pretrain);

    // So small a rate that nothing moves.
    private static readonly ConstantSchedule Still = new(1e-30);

    [TestMethod]
    public void ASavedModelIsWhatTrainingGoesOnFrom()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.zip");
        var mlContext = new MLContext();
        mlContext.Model.Save(Start.Value, mlContext.Data.LoadFromEnumerable(TestPipeline.Images(1)).Schema, path);
        var options = FineTuningRun.Options(Start.Value, FineTuning.Full with { FreezeBatchNorm = true });
        options.StartFrom = PretrainedWeights.Model(path);
        options.Schedule = Still;

        var model = FineTuningRun.Fit(options);

        Assert.IsEmpty(FineTuningRun.Differences(Start.Value, model));
        Assert.AreEqual(8, TestPipeline.Model(model).Decoding.Size);
        CollectionAssert.AreEqual(TestPipeline.Model(Start.Value).Normalization.Mean, TestPipeline.Model(model).Normalization.Mean);
    }

    [TestMethod]
    public void ClassesOfTheSameNameKeepTheirRowOfTheHead()
    {
        // The first image of the run is of the second class, so the keys have another order.
        var options = FineTuningRun.Options(Start.Value, FineTuning.Full with { FreezeBatchNorm = true });
        options.Schedule = Still;

        var model = FineTuningRun.Fit(options, first: 1, classes: 2);

        var (before, after) = (
            TestPipeline.Model(Start.Value).Weights["linear.weight"].Floats.ToArray(),
            TestPipeline.Model(model).Weights["linear.weight"].Floats.ToArray());
        var features = before.Length / 3;
        CollectionAssert.AreEqual(before[features..(2 * features)], after[..features]);
        CollectionAssert.AreEqual(before[..features], after[features..]);
    }

    [TestMethod]
    public void NewClassesStartAtZero()
    {
        var two = FineTuningRun.Options(Start.Value, FineTuning.Full);
        two.StartFrom = PretrainedWeights.Model(FineTuningRun.Fit(two, classes: 2));
        two.Schedule = Still;
        two.FineTuning = FineTuning.Full with { FreezeBatchNorm = true };

        var model = FineTuningRun.Fit(two, classes: 3);

        var weights = TestPipeline.Model(model).Weights["linear.weight"].Floats.ToArray();
        Assert.IsTrue(weights[..(weights.Length * 2 / 3)].All(value => Math.Abs(value) > 1e-20));
        Assert.IsTrue(weights[(weights.Length * 2 / 3)..].All(value => Math.Abs(value) < 1e-20));
    }

    [TestMethod]
    public void AnotherNetworkThanTheModelsIsRefused()
    {
        var options = FineTuningRun.Options(Start.Value, FineTuning.Full);
        options.Arch = Network.ResNet32;

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => FineTuningRun.Fit(options));

        Assert.AreEqual(
            "Arch is CifarResNet(depth: 32), but the model to start from is of CifarResNet(depth: 20): " +
            "leave Arch at null, or set it to the model's.",
            error.Message);
    }

    [TestMethod]
    public void AModelWithoutAnImageClassifierIsRefused()
    {
        var mlContext = new MLContext(seed: 1);
        var keys = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(3)));

        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => mlContext.MulticlassClassification.Trainers.TorchImageClassification(
                new TorchImageClassificationTrainer.Options { StartFrom = PretrainedWeights.Model(keys) }));

        Assert.StartsWith("The model has no TorchImageClassificationTransformer; its steps are: ", error.Message);
    }
}
