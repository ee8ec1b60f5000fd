using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.ML;
using Plrs.MLNet.Records;
using Plrs.MLNet.Tests.Documentation;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>plrs from a folder of images to a model, and what is done with the model.</summary>
[TestClass]
public sealed class RoundTripTests
{
    private static readonly TemporaryFolder Folder = new();
    private static readonly ImageFolder Images = new(imagesPerClass: 12);
    private static JsonElement _trained;

    private static string Model => Folder.File("trained", "model.zip");

    [ClassInitialize]
    public static void Train(TestContext context)
    {
        Images.Add("disc", "broken.png", [1, 2, 3]);
        _trained = PlrsProgram.Ask(
            ["train", Images.Path, .. PlrsProgram.Quick, "--epochs", "12", "--seed", "3", "--no-augmentation", "--output", Model]);
    }

    [ClassCleanup]
    public static void Remove()
    {
        Folder.Dispose();
        Images.Dispose();
    }

    [TestMethod]
    public void TrainTellsTheModelItsTestAndItsRecord()
    {
        Assert.AreEqual(Model, _trained.GetProperty("model").GetString());
        Assert.IsFalse(_trained.GetProperty("stopped").GetBoolean());
        var test = _trained.GetProperty("test");
        Assert.AreEqual(37, _trained.GetProperty("trainImages").GetInt32() + _trained.GetProperty("skippedImages").GetInt32() +
            test.GetProperty("images").GetInt32() + test.GetProperty("skipped").GetInt32());
        CollectionAssert.AreEqual(TestImages.Classes, Names(test.GetProperty("classes")));
        Assert.AreEqual(3, _trained.GetProperty("record").GetProperty("seed").GetInt32());
        Assert.IsFalse(
            Directory.Exists(Folder.File("trained", "model.checkpoints")), "A training that came to its end needs no checkpoint.");
    }

    [TestMethod]
    public void InspectTellsWhatTheModelIsAndWhatMadeIt()
    {
        var record = TrainingRecord.Read(Model);

        var inspected = PlrsProgram.Ask("inspect", Model);
        var text = PlrsProgram.Run("inspect", Model);

        Assert.AreEqual(
            ("ResNet20", "CifarResNet(depth: 20)"),
            (inspected.GetProperty("network").GetString(), inspected.GetProperty("definition").GetString()));
        Assert.AreEqual("12", inspected.GetProperty("givenOptions").GetProperty("Epoch").GetString());
        CollectionAssert.AreEqual(
            TestImages.Classes, inspected.GetProperty("classes").EnumerateArray().Select(name => name.GetString()!).ToArray());
        Assert.AreEqual(new FileInfo(Model).Length, inspected.GetProperty("bytes").GetInt64());
        var json = inspected.GetProperty("record");
        Assert.AreEqual(12, json.GetProperty("epochs").GetArrayLength());
        Assert.AreEqual(record.Epochs[^1].CrossEntropy, json.GetProperty("epochs")[11].GetProperty("crossEntropy").GetDouble());
        Assert.AreEqual("16", json.GetProperty("options").GetProperty("Images.Size").GetString());
        Assert.AreEqual(0, text.ExitCode, text.Error);
        foreach (var expected in (string[])[
            "3: disc, square, stripes",
            "L_min 0.03, L_max 0.08, given",
            "The last 10 of 12 epochs",
            record.Versions["TorchSharp"],
            record.StopText,
        ])
        {
            Assert.Contains(expected, text.Output);
        }
    }

    [TestMethod]
    public void InspectShowsARecordsOwnWordsAsTheyAre()
    {
        var path = Folder.File("words.zip");
        File.Copy(Model, path);
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            var entry = zip.Entries.Single(entry => entry.Name == "TrainingRecord.json");
            using var stream = entry.Open();
            var record = new StreamReader(
                stream).ReadToEnd().Replace("\"TorchSharp\":", "\"[red] of Torch[Sharp\":", StringComparison.Ordinal);
            stream.SetLength(0);
            stream.Write(Encoding.UTF8.GetBytes(record));
        }

        var run = PlrsProgram.Run("inspect", path);

        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.Contains("[red] of Torch[Sharp", run.Output);
    }

    [TestMethod]
    public void AModelIsSavedBeforeItsTestFails()
    {
        using var images = new ImageFolder(imagesPerClass: 6);
        var model = Folder.File("untested.zip");

        // The first image that the seed holds out cannot be read like a file.
        string[] discs = [.. Directory.GetFiles(Path.Combine(images.Path, "disc")).Order(StringComparer.Ordinal)];
        new Random(1).Shuffle(discs);
        File.Delete(discs[0]);
        using var pipe = NamedPipe.Open(NamedPipe.Make(discs[0]));

        var run = PlrsProgram.Run(["train", images.Path, .. PlrsProgram.Quick, "--epochs", "1", "--output", model]);

        Assert.AreEqual(1, run.ExitCode);
        Assert.Contains("seek", run.Error);
        Assert.Contains("Saved ", run.Output);
        Assert.AreEqual("ResNet20", PlrsProgram.Ask("inspect", model).GetProperty("network").GetString());
    }

    [TestMethod]
    [DataRow("Task")]
    [DataRow("Blüten_2")]
    [DataRow("花")]
    public void NewWritesAProgramThatCompilesWithANameThatDotNetHasTooOrOfAnyAlphabet(string name)
    {
        var project = Folder.File(name, "");

        PlrsProgram.Ask("new", "--from", Images.Path, "--model", Model, "--name", name, "--output", project);

        var code = Directory.GetFiles(project, "*.cs")
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: Path.GetFileName(file)));
        Assert.AreEqual("", string.Join('\n', CompiledSnippet.ErrorsOfProgram(code)));
        using var configuration = JsonDocument.Parse(File.ReadAllText(Path.Combine(project, $"{name}.mbconfig")));
        var data = configuration.RootElement.GetProperty("DataSource").GetProperty("FolderPath").GetString()!;
        Assert.IsFalse(Path.IsPathRooted(data), data);
        Assert.AreEqual(Path.GetFullPath(Images.Path), Path.GetFullPath(data, project));
    }

    [TestMethod]
    public void EvaluateCountsWhatIsRightAndWhatCannotBeRead()
    {
        var test = JsonDocument.Parse(PlrsProgram.Run("evaluate", Model, Images.Path, "--json").Output).RootElement;

        Assert.AreEqual(36, test.GetProperty("images").GetInt32());
        Assert.AreEqual(1, test.GetProperty("skipped").GetInt32());
        var right = test.GetProperty("classes").EnumerateArray()
            .Sum(figures => figures.GetProperty("predictedAs").GetProperty(figures.GetProperty("name").GetString()!).GetInt32());
        Assert.AreEqual(right / 36.0, test.GetProperty("microAccuracy").GetDouble(), 1e-9);
        Assert.IsGreaterThan(0.8, right / 36.0);
    }

    [TestMethod]
    public void PredictTellsClassesAndProbabilitiesAsTheModelDoes()
    {
        var mlContext = new MLContext(seed: 1);
        using var engine = mlContext.Model.CreatePredictionEngine<ImageRow, ImagePrediction>(mlContext.Model.Load(Model, out _));
        var image = Path.Combine(Images.Path, "stripes", "004.png");

        var predictions = PlrsProgram.Ask("predict", Model, image, Path.Combine(Images.Path, "square"))
            .GetProperty("predictions").EnumerateArray().ToArray();

        Assert.HasCount(13, predictions);
        foreach (var prediction in predictions)
        {
            var expected = engine.Predict(new ImageRow { ImagePath = prediction.GetProperty("file").GetString()! });
            Assert.AreEqual(expected.PredictedLabel, prediction.GetProperty("class").GetString());
            Assert.AreEqual(expected.Score.Max(), prediction.GetProperty("probability").GetSingle(), 1e-6f);
            CollectionAssert.AreEquivalent(
                expected.Score,
                TestImages.Classes.Select(name => prediction.GetProperty("probabilities").GetProperty(name).GetSingle()).ToArray());
        }
    }

    [TestMethod]
    public void PredictNamesWhatCannotBeReadAndFails()
    {
        var run = PlrsProgram.Run("predict", Model, Path.Combine(Images.Path, "disc"), "--json");

        Assert.AreEqual(1, run.ExitCode);
        var bad = JsonDocument.Parse(run.Output).RootElement.GetProperty("predictions").EnumerateArray()
            .Single(prediction => prediction.GetProperty("error").ValueKind != JsonValueKind.Null);
        Assert.EndsWith("broken.png", bad.GetProperty("file").GetString()!);
        Assert.AreEqual("cannot be read", bad.GetProperty("error").GetString());
    }

    [TestMethod]
    public void ExportWritesWhatTheLibraryWrites()
    {
        var (onnx, safetensors) = (Folder.File("exported", "model.onnx"), Folder.File("exported", "model.safetensors"));
        var model = new MLContext(seed: 1).Model.Load(Model, out _);
        model.SaveOnnx(Folder.File("expected.onnx"), OnnxInput.RgbPixels);
        model.SaveWeights(Folder.File("expected.safetensors"));

        var exported = PlrsProgram.Ask("export", Model, "--onnx", onnx, "--pixels", "--safetensors", safetensors);

        Assert.AreEqual((onnx, safetensors), (exported.GetProperty("onnx").GetString(), exported.GetProperty("safetensors").GetString()));
        CollectionAssert.AreEqual(File.ReadAllBytes(Folder.File("expected.onnx")), File.ReadAllBytes(onnx));
        CollectionAssert.AreEqual(File.ReadAllBytes(Folder.File("expected.safetensors")), File.ReadAllBytes(safetensors));
    }

    [TestMethod]
    public void FindBoundsTellsBoundsAndDrawsTheCurves()
    {
        var picture = Folder.File("bounds.svg");

        var bounds = PlrsProgram.Ask(["find-bounds", Images.Path, .. PlrsProgram.Quick, "--sweeps", "1", "--plot", picture]);

        Assert.IsTrue(bounds.GetProperty("isUsable").GetBoolean());
        Assert.AreEqual(JsonValueKind.Null, bounds.GetProperty("reason").ValueKind);
        Assert.AreEqual(
            0.7, bounds.GetProperty("minimumLearningRate").GetDouble() / bounds.GetProperty("maximumLearningRate").GetDouble(), 1e-9);
        Assert.Contains("<svg", File.ReadAllText(picture));
    }

    [TestMethod]
    public void FindBoundsTellsWhyThereAreNone()
    {
        var picture = Folder.File("no-bounds.svg");

        // The same image in every class: there is nothing to learn.
        using var images = new ImageFolder(imagesPerClass: 0);
        foreach (var kind in TestImages.Classes)
        {
            for (var i = 0; i < 12; i++)
            {
                images.Add(kind, $"{i}.png", TestImages.Encode("disc", 1));
            }
        }

        var run = PlrsProgram.Run(["find-bounds", images.Path, .. PlrsProgram.Quick, "--sweeps", "1", "--plot", picture, "--json"]);

        var bounds = JsonDocument.Parse(run.Output).RootElement;
        Assert.AreEqual(1, run.ExitCode, run.Output);
        Assert.IsFalse(bounds.GetProperty("isUsable").GetBoolean());
        Assert.StartsWith("The loss is too noisy", bounds.GetProperty("reason").GetString()!);
        Assert.AreEqual(JsonValueKind.Null, bounds.GetProperty("maximumLearningRate").ValueKind);
        Assert.Contains("<svg", File.ReadAllText(picture));
    }

    private static string[] Names(JsonElement classes) =>
        [.. classes.EnumerateArray().Select(figures => figures.GetProperty("name").GetString()!)];
}
