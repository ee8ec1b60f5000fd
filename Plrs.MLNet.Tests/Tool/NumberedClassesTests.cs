using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>Models whose labels are numbers, or keys without values, have names of classes that every program can read.</summary>
[TestClass]
public sealed class NumberedClassesTests
{
    private static readonly TemporaryFolder Folder = new();

    private static string Images => Folder.File("images", "");

    [ClassInitialize]
    public static void Draw(TestContext context)
    {
        foreach (var (i, kind) in TestImages.Classes.Index())
        {
            for (var number = 0; number < 6; number++)
            {
                File.WriteAllBytes(Folder.File("images", $"{10 * i}", $"{number}.png"), TestImages.Encode(kind, number));
            }
        }
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void PlrsUsesAModelWithNumbersForLabels()
    {
        var model = Folder.File("numbers.zip");
        Train(model);

        var inspected = Ask("inspect", model);
        var evaluated = Ask("evaluate", model, Images);
        var predicted = Ask("predict", model, Images).GetProperty("predictions").EnumerateArray().ToArray();
        Ask("new", "--from", Images, "--model", model, "--name", "Numbers", "--output", Folder.File("project", ""));

        string[] names = ["0", "10", "20"];
        CollectionAssert.AreEqual(names, inspected.GetProperty("classes").EnumerateArray().Select(name => name.GetString()).ToArray());
        var isRight = predicted.Select(one => one.GetProperty("file").GetString()!.Contains(
                $"{Path.DirectorySeparatorChar}{one.GetProperty("class").GetString()}{Path.DirectorySeparatorChar}",
                StringComparison.Ordinal))
            .ToArray();
        Assert.AreEqual(isRight.Average(right => right ? 1.0 : 0), evaluated.GetProperty("microAccuracy").GetDouble(), 1e-9);

        var mlContext = new MLContext(seed: 1);
        using var engine = mlContext.Model.CreatePredictionEngine<ProjectInput, ImagePrediction>(
            mlContext.Model.Load(Folder.File("project", "Numbers.mlnet"), out _));
        var first = engine.Predict(new ProjectInput { ImageSource = File.ReadAllBytes(predicted[0].GetProperty("file").GetString()!) });
        Assert.AreEqual(predicted[0].GetProperty("class").GetString(), first.PredictedLabel);
    }

    [TestMethod]
    public void KeysWithoutValuesAreNumberedFromOne()
    {
        var mlContext = new MLContext(seed: 1);
        var images = TestPipeline.Images(9).Select((image, i) => new KeyedImage { Image = image.Image, Label = (uint)(i % 3) + 1 });
        var columns = SchemaDefinition.Create(typeof(KeyedImage));
        columns["Label"].ColumnType = new KeyDataViewType(typeof(uint), 3);
        var data = mlContext.Data.LoadFromEnumerable(images, columns);

        using var model = mlContext.MulticlassClassification.Trainers
            .TorchImageClassification(TestPipeline.QuickOptions(epochs: 1)).Fit(data);

        CollectionAssert.AreEqual(
            new[] { "1", "2", "3" }, Experiments.Folders.ModelOutput.ClassNames(model.Transform(data).Schema));
        Assert.IsGreaterThan(0.0, mlContext.MulticlassClassification.Evaluate(model.Transform(data)).LogLoss);
    }

    private static void Train(string path)
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestImages.Classes.Index().SelectMany(kind => Enumerable.Range(0, 6).Select(number =>
            new NumberedImage { ImagePath = Folder.File("images", $"{10 * kind.Index}", $"{number}.png"), Label = 10 * kind.Index })));
        using var model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.LoadRawImageBytes("Image", imageFolder: null, "ImagePath"))
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(TestPipeline.QuickOptions(epochs: 2)))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(data);
        mlContext.Model.Save(model, data.Schema, path);
    }

    private static JsonElement Ask(params string[] arguments)
    {
        var run = PlrsInProcess.Run([.. arguments, "--json"]);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }

    private sealed class NumberedImage
    {
        public string ImagePath { get; set; } = "";

        public int Label { get; set; }
    }

    private sealed class KeyedImage
    {
        public byte[] Image { get; set; } = [];

        public uint Label { get; set; }
    }

    private sealed class ProjectInput
    {
        public string Label { get; set; } = "";

        public byte[] ImageSource { get; set; } = [];
    }
}
