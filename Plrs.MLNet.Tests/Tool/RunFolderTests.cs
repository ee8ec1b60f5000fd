using System.Text.Json;
using Microsoft.ML;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Plots;
using Plrs.MLNet.Experiments.Reports;
using Plrs.MLNet.Tests.Support;
using SkiaSharp;
using ImageFolder = Plrs.MLNet.Tests.Support.ImageFolder;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>What plrs train leaves beside the model: the pictures and figures of the run.</summary>
[TestClass]
public sealed class RunFolderTests
{
    private static readonly TemporaryFolder Folder = new();
    private static readonly ImageFolder Images = new(imagesPerClass: 10);
    private static CommandRun _trained = new(-1, "", "");

    private static string Model => Folder.File("model.zip");

    private static string Run => Path.ChangeExtension(Model, ".run");

    [ClassInitialize]
    public static void Train(TestContext context)
    {
        Images.Add("disc", "broken.png", [1, 2, 3]);
        _trained = PlrsInProcess.Run(
            ["train", Images.Path, .. PlrsProgram.Quick, "--epochs", "2", "--seed", "5", "--output", Model, "--json"]);
    }

    [ClassCleanup]
    public static void Remove()
    {
        Folder.Dispose();
        Images.Dispose();
    }

    [TestMethod]
    public void ThePicturesAndTheFiguresAreBesideTheModel()
    {
        Assert.AreEqual(0, _trained.ExitCode, _trained.Error);
        CollectionAssert.AreEqual(
            new[] { "confusion.png", "metrics.json", "training.png" },
            Directory.GetFiles(Run).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray());
        Assert.AreEqual(Run, JsonDocument.Parse(_trained.Output).RootElement.GetProperty("run").GetString());
        using var training = SKBitmap.Decode(Path.Combine(Run, "training.png"));
        Assert.AreEqual((1000, 1000), (training.Width, training.Height));
    }

    [TestMethod]
    public void TheFiguresAreThoseOfMLNet()
    {
        var settings = TrainingOptions.Defaults() with { Folder = Images.Path, Seed = 5 };
        var (train, test) = Experiments.Folders.ImageFolder.Split(
            Experiments.Folders.ImageFolder.Read(Images.Path), settings.TestFraction, settings.Seed);
        var mlContext = new MLContext(seed: 1);
        var scored = mlContext.Model.Load(Model, out _).Transform(mlContext.Data.LoadFromEnumerable(test));
        var readable = mlContext.Data.FilterRowsByMissingValues(scored, "Score");
        var expected = mlContext.MulticlassClassification.Evaluate(readable, topKPredictionCount: 3);

        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Run, "metrics.json")));
        var json = file.RootElement;

        Assert.AreEqual(expected.MicroAccuracy, json.GetProperty("microAccuracy").GetDouble());
        Assert.AreEqual(expected.MacroAccuracy, json.GetProperty("macroAccuracy").GetDouble());
        Assert.AreEqual(expected.LogLoss, json.GetProperty("logLoss").GetDouble(), 1e-6);
        Assert.AreEqual(expected.LogLossReduction, json.GetProperty("logLossReduction").GetDouble(), 1e-6);
        CollectionAssert.AreEqual(
            expected.TopKAccuracyForAllK.ToArray(),
            json.GetProperty("topKAccuracy").EnumerateArray().Select(top => Number(top, "accuracy")).ToArray());
        foreach (var (i, kind) in json.GetProperty("classes").EnumerateArray().Index())
        {
            var (precision, recall) = (expected.ConfusionMatrix.PerClassPrecision[i], expected.ConfusionMatrix.PerClassRecall[i]);
            Assert.AreEqual(TestImages.Classes[i], kind.GetProperty("name").GetString());
            Assert.AreEqual((precision, recall), (Number(kind, "precision"), Number(kind, "recall")));
            Assert.AreEqual(precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0, Number(kind, "f1"), 1e-12);
            Assert.AreEqual(expected.PerClassLogLoss[i], Number(kind, "logLoss"), 1e-6);
        }

        var counts = json.GetProperty("confusionMatrix").EnumerateArray()
            .Select(row => row.EnumerateArray().Select(count => count.GetDouble()).ToArray()).ToArray();
        Assert.AreEqual(
            string.Join('\n', expected.ConfusionMatrix.Counts.Select(row => string.Join(' ', row))),
            string.Join('\n', counts.Select(row => string.Join(' ', row))));
        var images = json.GetProperty("images");
        Assert.AreEqual((int)counts.Sum(row => row.Sum()), images.GetProperty("test").GetInt32());
        Assert.AreEqual(train.Length, images.GetProperty("training").GetInt32() + images.GetProperty("trainingSkipped").GetInt32());
        Assert.AreEqual(test.Length, images.GetProperty("test").GetInt32() + images.GetProperty("testSkipped").GetInt32());
    }

    [TestMethod]
    public void TheNamesInTheFileStayAsTheyAre()
    {
        var metrics = new TestMetrics(
            1, new(8, 1, 3, 0), 2 / 3.0, 0.75, [new(1, 2 / 3.0), new(2, 1)], 0.5, null,
            [new("a", 2, 1, 0.5, 2 / 3.0, 0.25), new("ü", 1, 0.5, 1, 2 / 3.0, null)], [[1, 1], [0, 1]]);

        var json = RunFolder.ToJson(metrics);

        Assert.AreEqual(
            """{"format":1,"images":{"training":8,"trainingSkipped":""" +
            """1,"test":3,"testSkipped":0},"microAccuracy":0.6666666666666666,"macroAccuracy":0.75"""
            + ""","topKAccuracy":[{"k":1,"accuracy":0.6666666666666666},""" +
                """{"k":2,"accuracy":1}],"logLoss":0.5,"logLossReduction":null,"classes":["""
            + """{"name":"a","images":2,"precision":1,"recall":0.5,"f1":0.6666666666666666,"logLoss":0.25},"""
            + """{"name":"ü","images":1,"precision":0.5,"recall":""" +
                """1,"f1":0.6666666666666666,"logLoss":null}],"confusionMatrix":[[1,1],[0,1]]}""",
            string.Concat(json.Where(letter => !char.IsWhiteSpace(letter))));
    }

    [TestMethod]
    [DataRow("training.png")]
    [DataRow("confusion.png")]
    [DataRow("metrics.json")]
    public void WhatIsThereIsReplacedWithForceAlone(string name)
    {
        using var folder = new TemporaryFolder();
        var there = folder.File("new.run", name);
        File.WriteAllText(there, "mine");

        // The network is too large for the images on purpose: no time is spent on a training.
        string[] command = ["train", Images.Path, "--arch", "Vgg16", "--image-size", "16", "--output", folder.File("new.zip")];
        var refused = PlrsInProcess.Run(command);
        var forced = PlrsInProcess.Run([.. command, "--force"]);

        Assert.AreEqual(1, refused.ExitCode);
        Assert.AreEqual(
            $"{name} of --output is '{there}', which is there already, and is not replaced without --force.",
            string.Join(' ', refused.Error.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        Assert.Contains("--arch VGG", forced.Error);
        Assert.AreEqual("mine", File.ReadAllText(there));
    }

    [TestMethod]
    public void ATrainingThatComesToNothingLeavesNoFolder()
    {
        using var folder = new TemporaryFolder();

        var run = PlrsInProcess.Run("train", Images.Path, "--arch", "Vgg16", "--image-size", "16", "--output", folder.File("new.zip"));

        Assert.AreEqual(1, run.ExitCode);
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public void AModelWithTheFoldersExtensionHasOneOfItsOwn()
    {
        Assert.AreEqual(Path.Combine("a", "model.run"), new RunFolder(Path.Combine("a", "model.zip")).Folder);
        Assert.AreEqual("model.run", new RunFolder("model").Folder);
        Assert.AreEqual("model.run.run", new RunFolder("model.run").Folder);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(5)]
    [DataRow(100)]
    [DataRow(1000)]
    public void ThePictureOfTheMatrixShowsRightAndWrongOfAnyNumberOfClasses(int classes)
    {
        var path = Folder.File($"{classes}.png");
        int[][] counts = [.. Enumerable.Range(0, classes).Select(row => Enumerable.Range(0, classes)
            .Select(column => row == column ? 20 : column == (row + 1) % classes ? 15 : 0).ToArray())];
        var kinds = counts.Select((row, i) => new ClassMetrics($"class number {i}", row.Sum(), 0.5, (double)row[i] / row.Sum(), 0.5, 1));

        ConfusionPicture.Save(new TestMetrics(1, new(1, 0, counts.Sum(row => row.Sum()), 0), 0.5, 0.5, [], 1, 0, [.. kinds], counts), path);

        using var picture = SKBitmap.Decode(path);
        Assert.IsInRange(300, 2600, picture.Width);
        Assert.IsInRange(200, 2600, picture.Height);
        var pixels = picture.Pixels;
        Assert.IsTrue(Array.Exists(pixels, pixel => pixel.Green > pixel.Red + 60), "right");
        Assert.IsTrue(Array.Exists(pixels, pixel => pixel.Red > pixel.Green + 60), "wrong");
    }

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
