using System.Text.Json;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Training;
using Plrs.MLNet.Tests.Compatibility;
using Plrs.MLNet.Tests.Support;
using PlrsTool;
using ImageFolder = Plrs.MLNet.Tests.Support.ImageFolder;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>What plrs tells at the end of a command, and of a model.</summary>
[TestClass]
public sealed class AfterACommandTests
{
    private static readonly TemporaryFolder Folder = new();
    private static readonly ImageFolder Images = new(imagesPerClass: 4);
    private static CommandRun _trained = new(-1, "", "");

    private static string Model => Folder.File("my model.zip");

    [ClassInitialize]
    public static void Train(TestContext context) =>
        _trained = PlrsInProcess.Run(["train", Images.Path, .. PlrsProgram.Quick, "--epochs", "1", "--output", Model]);

    [ClassCleanup]
    public static void Remove()
    {
        Folder.Dispose();
        Images.Dispose();
    }

    [TestMethod]
    public void ThereIsALineOnWhatToDoNext()
    {
        var model = $"'{Model}'";
        var onnx = Folder.File("model.onnx");

        AssertLastLine(
            $"Predict: plrs predict {model} <image> · Look: " +
            $"plrs inspect {model} · Make a program: plrs new --from {Images.Path} --model {model} --output <folder>",
            _trained);
        AssertLastLine(
            $"See which images are taken for what: plrs predict {model} <images or folders>",
            PlrsInProcess.Run("evaluate", Model, Images.Path));
        AssertLastLine(
            $"Test on images whose class is known: plrs evaluate {model} <folder>",
            PlrsInProcess.Run("predict", Model, Path.Combine(Images.Path, "disc")));
        AssertLastLine(
            $"Predict: plrs predict {model} <image> · For other programs: plrs export {model} --onnx <file>",
            PlrsInProcess.Run("inspect", Model));
        AssertLastLine(
            $"The classes, in the order of the scores, and what was trained: plrs inspect {model}",
            PlrsInProcess.Run("export", Model, "--onnx", onnx));
        AssertLastLine(
            $"Run it: cd {Folder.File("project", "")} && dotnet run -c Release -- predict <image>",
            PlrsInProcess.Run(
                "new", "--from", Images.Path, "--model", Model, "--name", "MyShapes", "--output", Folder.File("project", "")));
    }

    [TestMethod]
    public void JsonHasNoSuchLine()
    {
        foreach (var arguments in (string[][])[["inspect", Model], ["evaluate", Model, Images.Path], ["predict", Model, Images.Path]])
        {
            var run = PlrsInProcess.Run([.. arguments, "--json"]);

            Assert.AreEqual(JsonValueKind.Object, JsonDocument.Parse(run.Output).RootElement.ValueKind);
            Assert.DoesNotContain("plrs ", run.Output + run.Error);
        }
    }

    [TestMethod]
    public void AfterARangeTestComesTheTrainingThatItIsOf()
    {
        var settings = TrainingOptions.Defaults() with { Folder = "my flowers", Output = "" };

        Assert.AreEqual(
            "Train: plrs train 'my flowers' --minimum-learning-rate 0.00182 --maximum-learning-rate 0.0026",
            Next.AfterBounds(settings, 0.0018199, 0.0026));
        Assert.AreEqual(
            "Train: plrs train flowers --arch ResNet20 --fine-tuning Scratch --batch-size " +
            "8 --image-size 32 --test-fraction 0.5 --seed 3 --no-augmentation --minimum-learning-rate 0.1 --maximum-learning-rate 0.2",
            Next.AfterBounds(
                settings with
                {
                    Folder = "flowers",
                    Arch = Network.ResNet20,
                    FineTuning = FineTuningName.Scratch,
                    BatchSize = 8,
                    ImageSize = 32,
                    TestFraction = 0.5,
                    Seed = 3,
                    NoAugmentation = true,
                }, 0.1, 0.2));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow("flowers/roses_1.jpg", "flowers/roses_1.jpg")]
    [DataRow("my flowers", "'my flowers'")]
    [DataRow("it's", @"'it'\''s'")]
    [DataRow("a;rm", "'a;rm'")]
    [DataRow("", "''")]
    public void PathsAreWrittenAsAShellTakesThem(string path, string quoted) => Assert.AreEqual(quoted, Next.Quoted(path));

    [TestMethod]
    public void InspectTellsWhatWasGivenFromDefaults()
    {
        var lines = PlrsInProcess.Run("inspect", Model).Output.Split(Environment.NewLine);
        var given = Array.FindIndex(lines, line => line.Contains("Options that were given", StringComparison.Ordinal));
        var defaults = Array.FindIndex(lines, line => line.Contains("Options left at their defaults", StringComparison.Ordinal));
        var end = Array.FindIndex(lines, defaults, line => line.StartsWith('╰'));

        CollectionAssert.Contains(Words(lines[..given]), "network ResNet20");
        Assert.IsTrue(given > 0 && defaults > given);
        CollectionAssert.IsSubsetOf(new[] { "BatchSize 8", "Epoch 1", "Images.Size 16", "StartFrom nothing" }, Words(lines[given..end]));
        CollectionAssert.IsSubsetOf(new[] { "BatchSize 8", "Epoch 1", "Images.Size 16", "Arch ResNet20" }, Words(lines[given..defaults]));
        CollectionAssert.IsSubsetOf(
            new[] { "FineTuning Full", "Steps.Precision Full", "Steps.LabelSmoothing 0" }, Words(lines[defaults..end]));
    }

    [TestMethod]
    public void InspectShowsNoTypes()
    {
        foreach (var (version, kind) in EarlierRunTests.Released)
        {
            var run = PlrsInProcess.Run("inspect", EarlierRun.ModelFile(EarlierRun.Folder(version), kind));

            Assert.AreEqual((0, ""), (run.ExitCode, run.Error));
            CollectionAssert.Contains(Words(run.Output.Split(Environment.NewLine)), "Images.Size 8");
            Assert.DoesNotContain("`", run.Output);
            Assert.DoesNotContain("System.", run.Output);
        }
    }

    private static string[] Words(IEnumerable<string> lines) =>
        [.. lines.Select(line => string.Join(' ', line.Split([' ', '│'], StringSplitOptions.RemoveEmptyEntries)))];

    private static void AssertLastLine(string expected, CommandRun run)
    {
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.AreEqual(expected, run.Output.TrimEnd().Split(Environment.NewLine)[^1]);
    }
}
