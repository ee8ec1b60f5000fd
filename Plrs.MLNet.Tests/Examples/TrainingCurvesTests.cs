using Plrs.MLNet.Experiments.Plots;

namespace Plrs.MLNet.Tests.Examples;

/// <summary>Where examples/TrainOnFolder draws what it draws in training.png.</summary>
[TestClass]
public sealed class TrainingCurvesTests
{
    [TestMethod]
    public void TheMeanOfAnEpochIsAtItsMiddleAndWhatItEndsWithAtItsEnd()
    {
        ImageClassificationMetrics[] metrics = [Epoch(0, 0.5f), Epoch(1, 0.25f)];

        var during = TrainingCurves.During(metrics, epoch => epoch.Accuracy);
        var after = TrainingCurves.After(metrics, epoch => epoch.Accuracy);

        CollectionAssert.AreEqual(new[] { 0.5, 1.5 }, during.Epochs);
        CollectionAssert.AreEqual(new[] { 1.0, 2.0 }, after.Epochs);
        CollectionAssert.AreEqual(new[] { 0.5, 0.25 }, during.Values);
        CollectionAssert.AreEqual(new[] { 0.5, 0.25 }, after.Values);
    }

    [TestMethod]
    [DataRow(1.0, 5, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]
    [DataRow(0.015, 5, 0.0, 0.005, 0.01, 0.015)]
    [DataRow(0.0149, 5, 0.0, 0.005, 0.01, 0.015)]
    [DataRow(1.62, 5, 0.0, 0.5, 1.0, 1.5, 2.0)]
    [DataRow(0.08, 5, 0.0, 0.02, 0.04, 0.06, 0.08)]
    [DataRow(2.31, 5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5)]
    [DataRow(30.0, 12, 0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0)]
    [DataRow(3.0, 12, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)]
    [DataRow(100000.0, 5, 0.0, 20000.0, 40000.0, 60000.0, 80000.0, 100000.0)]
    public void TicksAreRound(double maximum, int mostSteps, params double[] ticks) =>
        CollectionAssert.AreEqual(ticks, TrainingCurves.RoundTicks(maximum, mostSteps));

    private static ImageClassificationMetrics Epoch(int epoch, float accuracy) => new()
    {
        DatasetUsed = ImageClassificationDataset.Train,
        Epoch = epoch,
        BatchProcessedCount = 1,
        Accuracy = accuracy,
        CrossEntropy = 1,
        LearningRate = 0.1,
        ImagesPerSecond = 1,
    };
}
