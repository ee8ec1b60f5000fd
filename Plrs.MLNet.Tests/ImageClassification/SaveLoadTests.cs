using Microsoft.ML;
using Microsoft.ML.Data;
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
    public void AFreshProcessScoresRowsInBatches()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(12));
        var model = TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(data);
        using var folder = new TemporaryFolder();
        var path = folder.File("model.zip");
        mlContext.Model.Save(model, data.Schema, path);
        using var engine = mlContext.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>(model);
        var files = new List<string>();
        var expected = new List<string>();
        foreach (var image in TestPipeline.Images(11, first: 100))
        {
            files.Add(folder.File($"{files.Count}.png"));
            File.WriteAllBytes(files[^1], image.Image);

            // Eight images are read for the first one, all others for the ninth.
            expected.Add(
                $"{(files.Count <= 8 ? 8 : 11)}{ChildProcess.Format(new ImagePrediction { Score = engine.Predict(image).Score })}");
        }

        CollectionAssert.AreEqual(expected, ChildProcess.TransformInFreshProcess(path, files));
    }

    [TestMethod]
    public void ATransformerAloneKeepsItsColumns()
    {
        var mlContext = new MLContext(seed: 1);
        var images = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(9));
        var data = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(images).Transform(images);
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.ScoreColumnName = "Probabilities";
        options.PredictedLabelColumnName = "Guess";
        TorchImageClassificationTransformer transformer = mlContext.MulticlassClassification.Trainers.TorchImageClassification(options)
            .Fit(data);
        using var stream = new MemoryStream();
        mlContext.Model.Save(transformer, data.Schema, stream);
        stream.Position = 0;

        var loaded = mlContext.Model.Load(stream, out var schema);

        Assert.AreEqual(data.Schema.Count, schema.Count);
        Assert.AreEqual(3, ((ISingleFeaturePredictionTransformer<TorchImageClassificationModelParameters>)loaded).Model.ClassCount);
        Assert.AreEqual("Image", ((TorchImageClassificationTransformer)loaded).FeatureColumnName);
        var expected = transformer.Transform(data);
        var scored = loaded.Transform(data);
        CollectionAssert.AreEqual(
            expected.Schema.Select(column => $"{column.Name}: {column.Type}").ToList(),
            scored.Schema.Select(column => $"{column.Name}: {column.Type}").ToList());
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["Guess"].GetKeyValues(ref names);
        CollectionAssert.AreEqual(TestImages.Classes, names.DenseValues().Select(name => name.ToString()).ToArray());
        CollectionAssert.AreEqual(expected.GetColumn<uint>("Guess").ToList(), scored.GetColumn<uint>("Guess").ToList());
        Assert.IsTrue(loaded.IsRowToRowMapper);
        Assert.AreEqual(scored.Schema.Count, loaded.GetOutputSchema(data.Schema).Count);
        Assert.IsGreaterThanOrEqualTo(
            0,
            mlContext.MulticlassClassification.Evaluate(
                scored, scoreColumnName: "Probabilities", predictedLabelColumnName: "Guess").MicroAccuracy);
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
        var error = Assert.ThrowsExactly<ObjectDisposedException>(() => mlContext.Model.Save(model, data.Schema, new MemoryStream()));
        Assert.AreEqual(nameof(TorchImageClassificationModelParameters), error.ObjectName);
    }

    [TestMethod]
    public void AnEngineThatTookTheModelOfAnotherSaysHowToShareIt()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6));
        using var model = TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(data);
        var image = TestPipeline.Images(1)[0];
        var shared = new PredictionEngineOptions { OwnsTransformer = false };
        using var engine = mlContext.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>(model, shared);
        mlContext.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>(model, shared).Dispose();
        Assert.HasCount(3, engine.Predict(image).Score);

        mlContext.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>(model).Dispose();

        const string Message =
            "The model was disposed of. " +
            "Disposing of a prediction engine disposes of its model too, and of any other engine's that shares it: " +
            "create engines that share a model with new PredictionEngineOptions { OwnsTransformer = false }.";
        Assert.StartsWith(Message, Assert.ThrowsExactly<ObjectDisposedException>(() => engine.Predict(image)).Message);
        Assert.StartsWith(
            Message,
            Assert.ThrowsExactly<ObjectDisposedException>(
                () => mlContext.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>(model, shared)).Message);
    }
}
