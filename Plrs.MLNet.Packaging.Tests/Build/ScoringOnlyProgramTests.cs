using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

/// <summary>examples/PredictImages, published for this machine: a program that only scores needs no libtorch.</summary>
[TestClass]
public sealed partial class ScoringOnlyProgramTests
{
    private static readonly TemporaryFolder Published = new();

    // JSON without reflection, as in a program that is trimmed.
    [ClassInitialize]
    public static void Publish(TestContext context) => SourceCopy.Shared.DotNet(
        "publish", "examples/PredictImages", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false", "-o", Published.Path,
        "-p:JsonSerializerIsReflectionEnabledByDefault=false");

    [ClassCleanup]
    public static void Remove() => Published.Dispose();

    [TestMethod]
    public void LibtorchIsNotPublished()
    {
        var libtorch = Directory.EnumerateFiles(Published.Path, "*", SearchOption.AllDirectories)
            .Where(path => Libtorch().IsMatch(Path.GetFileName(path)));

        Assert.AreEqual("", string.Join(", ", libtorch));
        Assert.IsNotEmpty(Directory.GetFiles(Published.Path, "*onnxruntime.*"));
    }

    [TestMethod]
    public void ItPredictsAsTheModelDoesHere()
    {
        using var folder = new ImageFolder(imagesPerClass: 6);
        var rows = folder.Rows.Select(row => new ImageRow { ImagePath = Path.Combine(folder.Path, row.ImagePath), Label = row.Label })
            .ToArray();
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(rows);
        var options = TestPipeline.QuickOptions();
        using var model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.LoadRawImageBytes("Image", imageFolder: null, nameof(ImageRow.ImagePath)))
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(options))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(data);
        var modelPath = Path.Combine(folder.Path, "model.zip");
        mlContext.Model.Save(model, data.Schema, modelPath);

        var run = Run([modelPath, .. rows.Select(row => row.ImagePath)]);

        Assert.AreEqual(0, run.ExitCode, run.Error);
        var lines = run.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        var expected = mlContext.Data.CreateEnumerable<ImagePrediction>(model.Transform(data), reuseRowObject: false).ToArray();
        Assert.HasCount(expected.Length, lines);
        foreach (var (line, row, prediction) in lines.Zip(rows, expected))
        {
            var found = Line().Match(line);
            Assert.AreEqual($"{row.ImagePath}: {prediction.PredictedLabel}", found.Groups["prediction"].Value, line);
            CollectionAssert.AreEqual(TestImages.Classes, found.Groups["class"].Captures.Select(name => name.Value).ToArray(), line);
            foreach (var (score, text) in prediction.Score.Zip(found.Groups["score"].Captures))
            {
                Assert.AreEqual(score, float.Parse(text.Value, CultureInfo.InvariantCulture), 1e-4f, line);
            }
        }
    }

    [TestMethod]
    public void WhatIsMissingOrNoModelIsNamed()
    {
        using var folder = new TemporaryFolder();
        var noModel = folder.File("model.zip");
        var image = folder.File("image.png");
        File.WriteAllText(noModel, "This is no model.");
        File.WriteAllBytes(image, TestImages.Encode("disc", 1));

        AssertFails(2, "Usage: PredictImages <model.zip> <image> ...", noModel);
        AssertFails(1, "The file 'no-such.zip' does not exist.", "no-such.zip", image);
        AssertFails(1, "The file 'no-such.png' does not exist.", noModel, image, "no-such.png");
        AssertFails(1, $"The file '{noModel}' is not a model for this program: Failed to open a zip archive", noModel, image);
    }

    private static void AssertFails(int exitCode, string message, params string[] arguments)
    {
        var run = Run(arguments);
        Assert.AreEqual(message, run.Error.TrimEnd());
        Assert.AreEqual(exitCode, run.ExitCode);
        Assert.AreEqual("", run.Output);
    }

    private static CommandRun Run(IEnumerable<string> arguments) =>
        CommandRun.Of(Path.Combine(Published.Path, OperatingSystem.IsWindows() ? "PredictImages.exe" : "PredictImages"), arguments);

    [GeneratedRegex("^(libtorch|libc10|torch_cpu|c10).*", RegexOptions.IgnoreCase)]
    private static partial Regex Libtorch();

    [GeneratedRegex(@"^(?<prediction>.+) \(((?<class>\S+) (?<score>[0-9.]+)(, )?)+\)$")]
    private static partial Regex Line();
}
