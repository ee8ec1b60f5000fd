using System.Text.Json;
using Microsoft.ML;
using Plrs.MLNet.Tests.Support;

namespace Flowers.Tests;

/// <summary>examples/FlowerClassifier: Model Builder's steps, from a folder of images to predictions.</summary>
[TestClass]
public sealed class TrainingTests
{
    [TestMethod]
    public void AModelThatCannotBeSavedLeavesTheEarlierOne()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("FlowerClassifier.mlnet");
        var mlContext = new MLContext(seed: 1);
        var rows = mlContext.Data.LoadFromEnumerable([new FlowerClassifier.ModelInput()]);
        var model = mlContext.Transforms.CopyColumns("Copy", "Label").Fit(rows);
        var notSaved = model.Append(
            mlContext.Transforms.CustomMapping<FlowerClassifier.ModelInput, FlowerClassifier.ModelInput>((_, _) => { }, null).Fit(rows));
        FlowerClassifier.SaveModel(mlContext, model, rows, path);
        var earlier = File.ReadAllBytes(path);

        Assert.Throws<Exception>(() => FlowerClassifier.SaveModel(mlContext, notSaved, rows, path));

        CollectionAssert.AreEqual(earlier, File.ReadAllBytes(path));
        Assert.ContainsSingle(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public void AFolderBecomesAModelThatPredictsAndIsEvaluated()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 12; i++)
        {
            File.WriteAllBytes(
                folder.File("images", TestImages.Classes[i % 3], $"{i}.png"), TestImages.Encode(TestImages.Classes[i % 3], i, size: 64));
        }

        File.WriteAllText(folder.File("images", "LICENSE.txt"), "no image");
        var images = Path.Combine(folder.Path, "images");
        FlowerClassifier.MLNetModelPath = folder.File("FlowerClassifier.mlnet");
        FlowerClassifier.Train(FlowerClassifier.MLNetModelPath, images);

        var input = new FlowerClassifier.ModelInput { ImageSource = TestImages.Encode("disc", 20, size: 64) };
        var labels = FlowerClassifier.PredictAllLabels(input).ToArray();
        Assert.AreEqual("disc", FlowerClassifier.Predict(input).PredictedLabel);
        Assert.AreEqual("disc", labels[0].Key);
        CollectionAssert.AreEquivalent(TestImages.Classes, labels.Select(label => label.Key).ToArray());
        Assert.AreEqual(1, labels.Sum(label => label.Value), 1e-5);
        Assert.IsTrue(labels.Zip(labels.Skip(1)).All(pair => pair.First.Value >= pair.Second.Value));

        var mlContext = new MLContext(seed: 1);
        var data = FlowerClassifier.LoadImageFromFolder(mlContext, images);
        var model = mlContext.Model.Load(FlowerClassifier.MLNetModelPath, out _);
        var metrics = FlowerClassifier.Evaluate(mlContext, model, data);
        using var text = new StringWriter();
        FlowerClassifier.PrintMetrics(metrics, FlowerClassifier.GetLabels(model.GetOutputSchema(data.Schema)), text);
        Assert.IsGreaterThan(0.9, metrics.MicroAccuracy);
        var lines = text.ToString().Split(Environment.NewLine);
        Assert.StartsWith("Micro-accuracy 100.0 %", lines[0]);
        Assert.AreEqual("disc                 100.0 %   100.0 %   100.0 %", lines[3]);
        Assert.AreEqual("True \\ predicted    disc  square  stripes", lines[7]);
        Assert.AreEqual("square                 0       4        0", lines[9]);
    }

    [TestMethod]
    public void TheConfigurationIsModelBuilders()
    {
        using var file = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Checkout.Root, "examples/FlowerClassifier/FlowerClassifier.mbconfig")));

        Assert.AreEqual("ImageClassification", file.RootElement.GetProperty("Scenario").GetString());
        Assert.AreEqual("Folder", file.RootElement.GetProperty("DataSource").GetProperty("Type").GetString());
        Assert.AreEqual("flowers", file.RootElement.GetProperty("DataSource").GetProperty("FolderPath").GetString());
        Assert.AreEqual("LocalCPU", file.RootElement.GetProperty("Environment").GetProperty("Type").GetString());
        Assert.AreEqual("TrainingConfig", file.RootElement.GetProperty("Type").GetString());
    }
}
