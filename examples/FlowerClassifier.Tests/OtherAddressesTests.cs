using System.ComponentModel.DataAnnotations;
using System.Net.Http.Json;
using System.Text.Json;
using Flowers.Tests.Support;
using Flowers.WebApi;
using Microsoft.ML;
using Plrs.MLNet;
using Plrs.MLNet.Tests.Support;

namespace Flowers.Tests;

/// <summary>What else the web API answers, and when it does not start.</summary>
[TestClass]
public sealed class OtherAddressesTests
{
    [TestMethod]
    public async Task ThePageHealthAndModelAreThere()
    {
        await using var server = await RunningServer.StartAsync(["MaximumBytes=1234", "MaximumPixels=5678"], title: "Forms");

        var page = await server.Client.GetAsync("");
        Assert.Contains("<h1 id=\"title\">Image classifier</h1>", await page.Content.ReadAsStringAsync());
        Assert.AreEqual(
            "default-src 'self'; img-src 'self' blob:; frame-ancestors 'none'", page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.AreEqual("Healthy", await server.Client.GetStringAsync("health"));
        var model = await server.Client.GetFromJsonAsync<JsonElement>("model");
        Assert.AreEqual("Forms", model.GetProperty("title").GetString());
        Assert.AreEqual(16, model.GetProperty("imageSize").GetInt32());
        Assert.AreEqual("ResNet20", model.GetProperty("network").GetString());
        CollectionAssert.AreEqual(
            TestImages.Classes, model.GetProperty("classes").EnumerateArray().Select(name => name.GetString()).ToArray());
        Assert.AreEqual((1234, 5678), (model.GetProperty("maximumBytes").GetInt32(), model.GetProperty("maximumPixels").GetInt32()));
        var training = model.GetProperty("training");
        Assert.AreEqual(QuickModel.Options("").Epoch, training.GetProperty("epochs").GetArrayLength());
        Assert.AreEqual(
            (6, 0.005, 0.01),
            (
                training.GetProperty("validationImages").GetInt32(),
                training.GetProperty("minimumLearningRate").GetDouble(),
                training.GetProperty("maximumLearningRate").GetDouble()));
    }

    [TestMethod]
    public async Task OpenApiDescribesBothBodiesAndEveryAnswer()
    {
        await using var server = await RunningServer.StartAsync();

        var document = await server.Client.GetFromJsonAsync<JsonElement>("openapi/v1.json");

        var predict = document.GetProperty("paths").GetProperty("/predict").GetProperty("post");
        var content = predict.GetProperty("requestBody").GetProperty("content");
        var bodies = content.EnumerateObject().Select(body => body.Name).ToArray();
        Assert.AreEqual("binary", content.GetProperty("image/png").GetProperty("schema").GetProperty("format").GetString());
        Assert.AreEqual(
            "binary",
            content.GetProperty("multipart/form-data").GetProperty("schema").GetProperty("properties").GetProperty("image")
                .GetProperty("format").GetString());
        CollectionAssert.AreEquivalent(
            new[] { "multipart/form-data", "image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp" }, bodies);
        var answers = predict.GetProperty("responses").EnumerateObject().Select(answer => answer.Name).ToArray();
        CollectionAssert.AreEquivalent(new[] { "200", "400", "413", "415", "422", "429", "503" }, answers);
        Assert.IsTrue(document.GetProperty("paths").TryGetProperty("/model", out _));
        Assert.AreEqual(
            "model", document.GetProperty("info").GetProperty("title").GetString(), "The model's file is the name without another.");
    }

    [TestMethod]
    public void AFileThatIsNoModelAndALimitOutOfRangeAreNamed()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("model.zip");
        File.WriteAllText(file, "This is no model.");

        Assert.StartsWith(
            $"The file '{file}' is not a model for this program: ",
            Assert.ThrowsExactly<ModelException>(() => Server.Create(file, [])).Message);
        Assert.AreEqual(
            "The field QueueLength must be between 1 and 100000.",
            Assert.ThrowsExactly<ValidationException>(() => Server.Create(QuickModel.Path, ["--Limits:QueueLength=0"])).Message);
        Assert.Contains(
            "Limits:QueueLength",
            Assert.ThrowsExactly<InvalidOperationException>(() => Server.Create(QuickModel.Path, ["--Limits:QueueLength=many"])).Message);
    }

    [TestMethod]
    public void AModelThatWasTrainedOnFilesServesToo()
    {
        using var folder = new TemporaryFolder();
        var rows = Enumerable.Range(0, 9)
            .Select(i => new Row { ImagePath = folder.File($"{i}.png"), Label = TestImages.Classes[i % 3] }).ToArray();
        foreach (var (row, i) in rows.Select((row, i) => (row, i)))
        {
            File.WriteAllBytes(row.ImagePath, TestImages.Encode(row.Label, i));
        }

        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(rows);
        var model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.LoadRawImageBytes("Photo", null, "ImagePath"))
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(QuickModel.Options("Photo")))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(data);
        var path = folder.File("model.zip");
        mlContext.Model.Save(model, data.Schema, path);

        var scores = new ImageModel(
            path, title: "Photos", maximumPixels: 1000).Score([.. rows.Select(row => File.ReadAllBytes(row.ImagePath)), BadImages.Bomb]);

        var expected = mlContext.Data.CreateEnumerable<Scored>(model.Transform(data), reuseRowObject: false).ToArray();
        Assert.HasCount(10, scores);
        for (var i = 0; i < expected.Length; i++)
        {
            CollectionAssert.AreEqual(expected[i].Score, scores[i]);
        }

        Assert.IsTrue(float.IsNaN(scores[9][0]));
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }
}
