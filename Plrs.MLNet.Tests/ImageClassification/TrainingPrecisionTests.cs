using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Training;

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
        var losses = first.Metrics.Where(metrics => metrics.DatasetUsed == ImageClassificationDataset.Train).Select(metrics => metrics.CrossEntropy).ToList();
        Assert.IsLessThan(0.8f * losses[0], losses[^1]);
    }

    [TestMethod]
    public void FullIsTheDefault()
    {
        Assert.AreEqual(TrainingPrecision.Full, new TorchImageClassificationTrainer.Options().Precision);
        Assert.AreEqual(Train(TrainingPrecision.Full).Weights, QuickRun.Train(QuickRun.QuickOptions()).Weights);
    }

    private static QuickRun Train(TrainingPrecision precision, int epochs = QuickRun.Epochs)
    {
        var options = QuickRun.QuickOptions();
        options.Epoch = epochs;
        options.Precision = precision;
        return QuickRun.Train(options);
    }
}
