using System.Text.Json;
using Plrs.MLNet.Tests.Support;
using SkiaSharp;
using DataFolder = Plrs.MLNet.Experiments.Folders.DataFolder;
using Folders = Plrs.MLNet.Experiments.Folders;
using ImageFolder = Plrs.MLNet.Tests.Support.ImageFolder;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>
/// One rule of which files are images, for train, evaluate, compare and predict: at any depth, no hidden ones, no links that lead in
/// circles; and all that is passed over is told.
/// </summary>
[TestClass]
public sealed class FolderRuleTests
{
    private static readonly TemporaryFolder Folder = new();
    private static readonly ImageFolder Images = new(imagesPerClass: 4);

    private static string Model => Folder.File("model.zip");

    [ClassInitialize]
    public static void Train(TestContext context)
    {
        var run = PlrsInProcess.Run(["train", Images.Path, .. PlrsProgram.Quick, "--epochs", "1", "--output", Model]);
        Assert.AreEqual(0, run.ExitCode, run.Error);
    }

    [ClassCleanup]
    public static void Remove()
    {
        Folder.Dispose();
        Images.Dispose();
    }

    [TestMethod]
    public void EveryCommandTakesTheSameFilesAndTellsOfTheOthers()
    {
        using var images = Mixed();

        var training = new Folders.PassedOver();
        var trained = Folders.ImageFolder.Read(images.Path, training).Select(image => Path.GetRelativePath(images.Path, image.ImagePath));
        var compared = DataFolder.Read(images.Path);
        var evaluated = Ask(0, "evaluate", Model, images.Path);
        var predicted = Ask(0, "predict", Model, images.Path);

        string[] expected =
        [
            "disc/000.png", "disc/001.png", "disc/a.jfif", "disc/b.JPE", "disc/deeper/still/c.jpg", "square/000.png", "square/001.png",
            "stripes/000.png", "stripes/001.png",
        ];
        CollectionAssert.AreEqual(expected, trained.ToArray());
        CollectionAssert.AreEqual(expected, compared.Train.Select(example => Path.GetRelativePath(images.Path, example.Name)).ToArray());
        Assert.AreEqual(9, evaluated.GetProperty("images").GetInt32());
        CollectionAssert.AreEqual(
            expected.Prepend("beside.jpg").ToArray(),
            predicted.GetProperty("predictions").EnumerateArray()
                .Select(image => Path.GetRelativePath(images.Path, image.GetProperty("file").GetString()!)).ToArray());

        const string Told = "1 × .jpg outside the folders of classes, 1 × .tif, 1 × .txt, 2 × hidden .png";
        Assert.AreEqual(Told, training.Words);
        Assert.AreEqual(Told, compared.PassedOver.Words);
        Assert.AreEqual(2, evaluated.GetProperty("passedOver").GetProperty("hidden .png").GetInt32());
        Assert.AreEqual(1, predicted.GetProperty("passedOver").GetProperty(".tif").GetInt32());
        Assert.Contains($"Passed over: {Told}", PlrsInProcess.Run("evaluate", Model, images.Path).Output);
        Assert.Contains("Passed over: 1 × .tif, 1 × .txt, 2 × hidden .png", PlrsInProcess.Run("predict", Model, images.Path).Output);
    }

    [TestMethod]
    [DataRow("train")]
    [DataRow("find-bounds")]
    [DataRow("compare")]
    public void AClassWithoutImagesIsAnErrorWhereItIsTrainedOn(string verb)
    {
        using var images = new ImageFolder(imagesPerClass: 2);
        images.Add("tulips", "scan.tif", [1, 2, 3]);
        Directory.CreateDirectory(Path.Combine(images.Path, "roses"));

        var run = PlrsInProcess.Run(verb, images.Path);

        Assert.AreEqual((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"The subfolders 'roses', 'tulips' of '{images.Path}' hold no images (", OneLine(run.Error));
        Assert.EndsWith("; passed over: 1 × .tif. Each class needs some; remove the subfolder of one that is not to be learned.",
            OneLine(run.Error));
    }

    [TestMethod]
    public void AFolderOfPartsIsNotTakenForClasses()
    {
        using var folder = new TemporaryFolder();
        foreach (var part in (string[])["train", "val"])
        {
            foreach (var kind in TestImages.Classes)
            {
                File.WriteAllBytes(folder.File(part, kind, "1.png"), TestImages.Encode(kind, 1));
            }
        }

        Assert.StartsWith(
            $"The subfolders of '{folder.Path}' (train, val) are parts of the data by their names, and no classes.",
            OneLine(PlrsInProcess.Run("train", folder.Path).Error));
        Assert.AreEqual(0, PlrsInProcess.Run("evaluate", Model, Path.Combine(folder.Path, "train")).ExitCode);
    }

    [TestMethod]
    public void AClassWithoutTestImagesHasNoRecall()
    {
        using var images = new ImageFolder(imagesPerClass: 2, classes: 2);
        Directory.CreateDirectory(Path.Combine(images.Path, "stripes"));

        var figures = Ask(0, "evaluate", Model, images.Path);
        var text = PlrsInProcess.Run("evaluate", Model, images.Path).Output;

        var stripes = figures.GetProperty("classes")[2];
        Assert.AreEqual(("stripes", 0), (stripes.GetProperty("name").GetString(), stripes.GetProperty("images").GetInt32()));
        Assert.AreEqual(JsonValueKind.Null, stripes.GetProperty("recall").ValueKind);
        Assert.AreEqual(
            figures.GetProperty("classes").EnumerateArray().Take(2).Average(kind => kind.GetProperty("recall").GetDouble()),
            figures.GetProperty("macroAccuracy").GetDouble(),
            1e-9);
        Assert.Contains("Without images: stripes", text);
        Assert.Contains("–", text.Split('\n').Single(line => line.StartsWith("│ stripes", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void WhatCannotBeReadIsInTheTextAsInTheJson()
    {
        using var images = new ImageFolder(imagesPerClass: 2);
        images.Add("disc", "broken.png", [1, 2, 3]);
        var broken = Path.Combine(images.Path, "disc", "broken.png");

        var figures = Ask(1, "evaluate", Model, images.Path);
        var text = PlrsInProcess.Run("evaluate", Model, images.Path);

        Assert.AreEqual((6, 1), (figures.GetProperty("images").GetInt32(), figures.GetProperty("skipped").GetInt32()));
        Assert.AreEqual(broken, figures.GetProperty("skippedFiles")[0].GetString());
        Assert.AreEqual(1, text.ExitCode);
        Assert.Contains($"Skipped {broken}: it cannot be read.", text.Output);
        Assert.Contains("On 6 of 7 images: ", text.Output);
        Assert.Contains("; 1 cannot be read, and are in no figure", text.Output);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void LinksToFoldersAreNotFollowedInCircles()
    {
        using var images = new ImageFolder(imagesPerClass: 2, classes: 2);
        using var elsewhere = new TemporaryFolder();
        File.WriteAllBytes(elsewhere.File("stripes", "1.png"), TestImages.Encode("stripes", 1));
        Link("again", images.Path);
        Link("other", Path.Combine(images.Path, "disc"));
        Link("stripes", Path.Combine(elsewhere.Path, "stripes"));
        Link("disc/up", images.Path);
        File.CreateSymbolicLink(Path.Combine(images.Path, "disc", "file.png"), Path.Combine(images.Path, "square", "000.png"));
        Directory.CreateSymbolicLink(Path.Combine(elsewhere.Path, "stripes", "back"), images.Path);

        var passedOver = new Folders.PassedOver();
        var listed = Folders.ImageFolder.List(images.Path, passedOver);
        var predicted = Ask(0, "predict", Model, images.Path).GetProperty("predictions");

        Assert.AreEqual(
            "disc/000.png disc/001.png disc/file.png square/000.png square/001.png stripes/1.png",
            string.Join(' ', listed.Select(image => Path.GetRelativePath(images.Path, image.ImagePath))));
        Assert.AreEqual("4 × link to a folder", passedOver.Words);
        Assert.AreEqual(5, predicted.GetArrayLength());

        void Link(string name, string target) => Directory.CreateSymbolicLink(Path.Combine(images.Path, name), target);
    }

    [TestMethod]
    public void OnePathThatIsNoneIsToldBesideTheOthers()
    {
        using var empty = new TemporaryFolder();
        var image = Path.Combine(Images.Path, "disc", "000.png");

        var predictions = Ask(1, "predict", Model, "not-\uFFFD.png", image, empty.Path).GetProperty("predictions");

        Assert.AreEqual("There is no file or folder 'not-\uFFFD.png'.", predictions[0].GetProperty("error").GetString());
        Assert.AreEqual(JsonValueKind.Null, predictions[1].GetProperty("error").ValueKind);
        Assert.AreEqual($"The folder '{empty.Path}' holds no images.", predictions[2].GetProperty("error").GetString());
        Assert.AreEqual("There is no file or folder 'none'.", PlrsInProcess.Run("predict", Model, "none").Error.Trim());
    }

    [TestMethod]
    public void ANameThatBeginsWithAnAtIsAFile()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("@photo.png"), TestImages.Encode("disc", 1));
        Assert.AreEqual("There is no file or folder '@photo.png'.", PlrsInProcess.Run("predict", Model, "@photo.png").Error.Trim());

        var run = CommandRun.Of(PlrsProgram.Path, ["predict", Model, "@photo.png", "--json"], folder.Path);

        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.AreEqual(
            "@photo.png",
            JsonDocument.Parse(run.Output).RootElement.GetProperty("predictions")[0].GetProperty("file").GetString());
    }

    [TestMethod]
    public void AClassThatLooksLikeTheModelsIsNamed()
    {
        using var images = new ImageFolder(imagesPerClass: 2);
        using var folder = new TemporaryFolder();
        Directory.Move(Path.Combine(images.Path, "disc"), Path.Combine(images.Path, "Blu\u0308ten"));
        Directory.Move(Path.Combine(images.Path, "square"), Path.Combine(images.Path, "gr\u00FCn"));
        var run = PlrsInProcess.Run(
            ["train", images.Path, .. PlrsProgram.Quick, "--epochs", "1", "--test-fraction", "0.5", "--output", folder.File("model.zip")]);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Directory.Move(Path.Combine(images.Path, "Blu\u0308ten"), Path.Combine(images.Path, "Bl\u00FCten"));

        Assert.EndsWith(
            "It looks like the model's 'Blu\u0308ten', whose letters are stored in another way (NFC or NFD of Unicode): " +
            "rename the subfolder to that.",
            OneLine(PlrsInProcess.Run("evaluate", folder.File("model.zip"), images.Path).Error));
    }

    /// <summary>Nine images, and what is none.</summary>
    private static ImageFolder Mixed()
    {
        var images = new ImageFolder(imagesPerClass: 2);
        var jpeg = TestImages.Encode("disc", 1, format: SKEncodedImageFormat.Jpeg);
        Directory.CreateDirectory(Path.Combine(images.Path, "disc", "deeper", "still"));
        images.Add("disc", "a.jfif", jpeg);
        images.Add("disc", "b.JPE", jpeg);
        images.Add("disc", "deeper/still/c.jpg", jpeg);
        images.Add("disc", "scan.tif", jpeg);
        images.Add("disc", "notes.txt", [1]);
        images.Add("disc", "._000.png", [0, 5, 22, 7]);
        images.Add("square", "deeper/._000.png", [0, 5, 22, 7]);
        images.Add("square", ".DS_Store", [1]);
        images.Add("", "beside.jpg", jpeg);
        images.Add(".thumbnails", "hidden.jpg", jpeg);
        return images;
    }

    private static JsonElement Ask(int exitCode, params string[] arguments)
    {
        var run = PlrsInProcess.Run([.. arguments, "--json"]);
        Assert.AreEqual(exitCode, run.ExitCode, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
