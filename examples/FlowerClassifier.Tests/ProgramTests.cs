using Flowers.Tests.Support;
using Microsoft.ML;
using Plrs.MLNet.Tests.Support;

namespace Flowers.Tests;

/// <summary>examples/FlowerClassifier as a program: what it answers, and what it tells of files and folders that it cannot use.</summary>
[TestClass]
public sealed class ProgramTests : IDisposable
{
    private const string Endings = ".jpg, .jpeg, .jpe, .jfif, .jif, .jfi, .pjpeg, .pjp, .png, .webp, .gif, .bmp";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void GoodImagesAreAnsweredAndBadOnesNamed()
    {
        File.Copy(QuickModel.Path, _folder.File("FlowerClassifier.mlnet"));
        File.WriteAllBytes(_folder.File("first.png"), TestImages.Encode("disc", 7));
        File.WriteAllText(_folder.File("notes.jpg"), "These are words.");
        File.WriteAllBytes(_folder.File("last.png"), TestImages.Encode("square", 7));

        var run = Run("predict", "first.png", "none.png", "notes.jpg", "last.png");

        Assert.AreEqual(1, run.ExitCode);
        CollectionAssert.AreEqual(
            new[]
            {
                "There is no file 'none.png'.",
                "The file 'notes.jpg' is not an image that can be read (JPEG, PNG, WebP, GIF or BMP).",
                "",
            }, Lines(run.Error));
        var lines = Lines(run.Output);
        Assert.HasCount(13, lines);
        Assert.AreEqual("first.png", lines[1]);
        Assert.StartsWith("disc ", lines[3]);
        Assert.AreEqual("last.png", lines[7]);
        Assert.StartsWith("square ", lines[9]);
        Assert.DoesNotContain("NaN", run.Output);
        Assert.AreEqual(0, Run("predict", "first.png", "last.png").ExitCode);
    }

    [TestMethod]
    public void WithoutAModelThereIsOneLine()
    {
        File.WriteAllBytes(_folder.File("first.png"), TestImages.Encode("disc", 7));

        AssertTells("There is no model '", Run("predict", "first.png"));
        File.WriteAllText(_folder.File("FlowerClassifier.mlnet"), "This is no model.");

        AssertTells("", Run("predict", "first.png", "first.png"));
    }

    [TestMethod]
    public void AFolderThatCannotBeTrainedOnIsToldInOneLine()
    {
        File.WriteAllText(_folder.File("notes", "a", "1.jpg"), "These are words.");
        File.WriteAllText(_folder.File("notes", "b", "1.jpg"), "These are words.");
        File.WriteAllBytes(_folder.File("one", "disc", "1.png"), TestImages.Encode("disc", 7));
        File.WriteAllBytes(_folder.File("gap", "disc", "deeper", "1.JFIF"), TestImages.Encode("disc", 7));
        File.WriteAllText(_folder.File("gap", "none", "LICENSE.txt"), "no image");
        File.WriteAllBytes(_folder.File("gap", "none", "._1.png"), [0, 5, 22, 7]);
        Directory.CreateDirectory(_folder.File("empty", ""));

        AssertTells("There is no folder 'nowhere'.", Run("nowhere"));
        AssertTells(
            "The folder 'empty' has no subfolder with images. " +
            $"Each class needs a subfolder with its name and its images ({Endings}).",
            Run("empty"));
        AssertTells($"The subfolder 'none' of 'gap' has no images ({Endings}). Put some into it, or remove it.", Run("gap"));
        AssertTells("The folder 'one' has images of one class alone, 'disc'. A classifier needs two classes or more.", Run("one"));
        AssertTells(
            "None of the 2 images in column 'ImageSource' (Train) can be used.",
            Run("notes"),
            output: $"reading 2 images{Environment.NewLine}");
    }

    [TestMethod]
    public void WithoutArgumentsItTellsWhatItTakes()
    {
        var run = Run();

        Assert.AreEqual(2, run.ExitCode);
        Assert.StartsWith("Usage: FlowerClassifier <folder with a subfolder of images per class>", run.Error);
        Assert.AreEqual(2, Run("predict").ExitCode);
    }

    // The file system has an order of its own, and cultures have others.
    [TestMethod]
    public void ClassesAndImagesComeInTheOrderOfTheirNames()
    {
        string[] names = ["b", "C", "a", "B"];
        foreach (var name in names)
        {
            foreach (var file in names)
            {
                File.WriteAllText(_folder.File(name, $"{file}.png"), $"{name}{file}");
            }
        }

        var mlContext = new MLContext();
        var rows = mlContext.Data.CreateEnumerable<FlowerClassifier.ModelInput>(
            FlowerClassifier.LoadImageFromFolder(mlContext, _folder.Path), reuseRowObject: false);

        Assert.AreEqual(
            "BB BC Ba Bb CB CC Ca Cb aB aC aa ab bB bC ba bb",
            string.Join(' ', rows.Select(row => System.Text.Encoding.UTF8.GetString(row.ImageSource))));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void ImagesAreFoundAtAnyDepthAndLinksAreNotFollowedInCircles()
    {
        foreach (var file in (string[][])[["a", "1.jpe"], ["a", "b", "2.png"], ["a", "._1.jpe"], ["c", "3.png"], [".hidden", "4.png"]])
        {
            File.WriteAllText(_folder.File(file), file[^1]);
        }

        Directory.CreateSymbolicLink(_folder.File("again"), _folder.Path);
        Directory.CreateSymbolicLink(_folder.File("a", "up"), _folder.Path);
        var mlContext = new MLContext();

        var rows = mlContext.Data.CreateEnumerable<FlowerClassifier.ModelInput>(
            FlowerClassifier.LoadImageFromFolder(mlContext, _folder.Path), reuseRowObject: false);

        Assert.AreEqual(
            "a 1.jpe, a 2.png, c 3.png",
            string.Join(", ", rows.Select(row => $"{row.Label} {System.Text.Encoding.UTF8.GetString(row.ImageSource)}")));
    }

    private CommandRun Run(params string[] arguments) =>
        CommandRun.Of(
            Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "FlowerClassifier.exe" : "FlowerClassifier"),
            arguments,
            _folder.Path,
            ("OMP_NUM_THREADS", "1"));

    private static void AssertTells(string beginning, CommandRun run, string output = "")
    {
        Assert.AreEqual((1, output), (run.ExitCode, run.Output));
        Assert.StartsWith(beginning, run.Error);
        Assert.HasCount(2, Lines(run.Error));
    }

    private static string[] Lines(string text) => text.Split(Environment.NewLine);
}
