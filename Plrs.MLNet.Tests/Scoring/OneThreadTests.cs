using Microsoft.ML;
using Plrs.MLNet.Scoring;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Scoring;

/// <summary>A prediction engine serves one thread: two that use it at once are told, and get no scores of each other's images.</summary>
[TestClass]
public sealed class OneThreadTests
{
    private const string Message =
        "Two threads use the same prediction engine, or the same row of scored data, at the same time, and it serves one. " +
        "Give each thread an engine of its own, with new PredictionEngineOptions { OwnsTransformer = false }, or take it from a pool.";

    [TestMethod]
    public void BothThreadsAreToldAndTheNextIsServed()
    {
        var mlContext = new MLContext(seed: 1);
        using var model = ScoredImages.Train(mlContext);
        using var first = new ManualResetEventSlim();
        using var second = new ManualResetEventSlim();
        var waits = true;
        var rows = TestPipeline.Images(2);
        var data = mlContext.Data.LoadFromEnumerable(rows);
        var reading = mlContext.Transforms.CustomMapping<InMemoryImage, InMemoryImage>(
            (from, to) =>
            {
                to.Image = from.Image;
                if (waits)
                {
                    first.Set();
                    second.Wait();
                }
            },
            contractName: null).Fit(data);
        using var engine = mlContext.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>(reading.Append(model));

        var disturbed = Task.Run(() => Assert.Throws<InvalidOperationException>(() => engine.Predict(rows[0])));
        Assert.IsTrue(first.Wait(TimeSpan.FromMinutes(2)), "The first engine does not come to its image.");
        var disturbing = Assert.Throws<InvalidOperationException>(() => engine.Predict(rows[1]));
        second.Set();

        Assert.AreEqual(Message, disturbing.Message);
        Assert.AreEqual(Message, disturbed.GetAwaiter().GetResult().Message);
        waits = false;
        using var other = mlContext.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        CollectionAssert.AreEqual(other.Predict(rows[1]).Score, engine.Predict(rows[1]).Score);
    }

    [TestMethod]
    public void OneThreadAfterTheOtherIsServed()
    {
        var thread = new OneThread();
        for (var i = 0; i < 3; i++)
        {
            thread.Enter();
            Assert.ThrowsExactly<InvalidOperationException>(thread.Enter);
            Assert.ThrowsExactly<InvalidOperationException>(thread.Enter);
            Assert.ThrowsExactly<InvalidOperationException>(thread.Leave);
            thread.Enter();
            thread.Leave();
        }
    }
}
