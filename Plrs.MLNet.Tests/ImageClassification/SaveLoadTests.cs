using Microsoft.ML;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class SaveLoadTests
{
    [TestMethod]
    public void AFreshProcessLoadsTheModelAndScoresToTheLastBit()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(24));
        var model = TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions()).Fit(data);
        using var folder = new TemporaryFolder();
        var path = folder.File("model.zip");
        mlContext.Model.Save(model, data.Schema, path);

        using var engine = mlContext.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>(model);
        var files = new List<string>();
        var expected = new List<string>();
        foreach (var image in TestPipeline.Images(6, first: 100))
        {
            files.Add(folder.File($"{files.Count}.png"));
            File.WriteAllBytes(files[^1], image.Image);
            expected.Add(ChildProcess.Format(engine.Predict(image)));
        }

        CollectionAssert.AreEqual(expected, ChildProcess.PredictInFreshProcess(path, files));
    }

    [TestMethod]
    public void ALoadedModelSavesTheSameWeightsAgain()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(12));
        var model = TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(data);

        using var first = new MemoryStream();
        mlContext.Model.Save(model, data.Schema, first);
        first.Position = 0;
        var loaded = mlContext.Model.Load(first, out _);
        using var second = new MemoryStream();
        mlContext.Model.Save(loaded, data.Schema, second);
        second.Position = 0;

        CollectionAssert.AreEqual(TestPipeline.Scores(model, data), TestPipeline.Scores(mlContext.Model.Load(second, out _), data));
    }

    [TestMethod]
    public void ADisposedModelSaysSo()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6));
        var model = TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(data);
        var engine = mlContext.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>(model);

        model.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => engine.Predict(TestPipeline.Images(1)[0]));
    }
}
