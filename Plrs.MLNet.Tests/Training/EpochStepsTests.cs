using Microsoft.ML;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class EpochStepsTests
{
    [TestMethod]
    [DataRow(9, 4, null, 8, 2)] // One image alone.
    [DataRow(10, 4, null, 10, 3)]
    [DataRow(8, 4, null, 8, 2)]
    [DataRow(3, 2, null, 2, 1)]
    [DataRow(3, 1, null, 3, 3)]
    [DataRow(1, 4, null, 1, 1)] // There is no other step.
    [DataRow(3, 64, null, 3, 1)]
    [DataRow(67, 64, null, 64, 1)] // A sixteenth is 4.
    [DataRow(68, 64, null, 68, 2)]
    [DataRow(135, 128, null, 128, 1)]
    [DataRow(136, 128, null, 136, 2)]
    [DataRow(9, 4, 1, 9, 3)]
    [DataRow(11, 4, 4, 8, 2)]
    [DataRow(3, 4, 4, 3, 1)]
    public void ALastBatchOfVeryFewImagesIsLeftOut(int images, int batchSize, int? minimumLast, int count, int steps)
    {
        Assert.AreEqual(count, new EpochSteps(images, batchSize, minimumLast).TrainedImages);
        Assert.AreEqual(steps, new EpochSteps(images, batchSize, minimumLast).Count);
    }

    [TestMethod]
    public void TheTrainerTrainsOnNoBatchOfOneUnlessAskedTo()
    {
        CollectionAssert.AreEqual(new[] { "8 of 1", "8 of 1" }, Steps(minimumLast: null));
        CollectionAssert.AreEqual(new[] { "8 of 2", "1 of 2", "8 of 2", "1 of 2" }, Steps(minimumLast: 1));

        static string[] Steps(int? minimumLast)
        {
            var mlContext = new MLContext(seed: 1);
            var steps = new List<string>();
            var options = TestPipeline.QuickOptions(epochs: 2);
            options.Steps.MinimumLastBatchSize = minimumLast;
            options.Reporting.Observers =
            [
                .. options.Reporting.Observers,
                new Watching { Step = step => steps.Add($"{step.BatchSize} of {step.Step.StepsPerEpoch}") },
            ];
            TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(9)));
            return [.. steps];
        }
    }
}
