using System.Text.Json;
using System.Text.RegularExpressions;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>What plrs says of input that it cannot use: exit code 1, and what is wrong on standard error.</summary>
[TestClass]
public sealed partial class BadInputTests
{
    private const string TooSmall =
        "--arch VGG(depth: 16, dropout: 0.5, smallImages: 0) cannot be made for images of 16×16 pixels: " +
        "The layer 'MaxPool44' does not fit: ";

    [TestMethod]
    [DataRow("The folder 'nowhere' does not exist.", "train", "nowhere")]
    [DataRow("The folder 'nowhere' does not exist.", "find-bounds", "nowhere")]
    [DataRow("The folder 'nowhere' does not exist.", "compare", "nowhere")]
    [DataRow("All images of '{folder}' are of one class, 'disc'; at least two are needed.", "compare", "{folder}")]
    [DataRow(
        "There is no file '{folder}/experiment.json' that can be read: the folder has no experiment.",
        "compare",
        "--merge",
        "--output",
        "{folder}")]
    [DataRow("--task makes runs and --merge makes none: give one of them.", "compare", "{folder}", "--merge", "--task", "1/2")]
    [DataRow("The folder 'nowhere' does not exist.", "new", "--from", "nowhere")]
    [DataRow("The file 'no.zip' does not exist.", "inspect", "no.zip")]
    [DataRow("The file 'no.zip' does not exist.", "predict", "no.zip", "{image}")]
    [DataRow("There is no file or folder 'no.png'.", "predict", "{image}", "no.png")]
    [DataRow("The file '{image}' is not a model for this program: ", "inspect", "{image}")]
    [DataRow("The file '{image}' is not a model for this program: ", "evaluate", "{image}", "{folder}")]
    [DataRow("Only the subfolder 'disc' of '{folder}' holds images; at least two classes are needed.", "train", "{folder}")]
    [DataRow("Give the file to write: --onnx, --safetensors, or both.", "export", "no.zip")]
    [DataRow("--epochs takes a whole number from 1 to 100000; '0' is none.", "train", "{folder}", "--epochs", "0")]
    [DataRow("--minimum-learning-rate must be less than --maximum-learning-rate.", "train", "{folder}", "--minimum-learning-rate", "0.1")]
    [DataRow(
        "--minimum-learning-rate must be less than --maximum-learning-rate.", "find-bounds", "{folder}", "--minimum-learning-rate", "0.1")]
    [DataRow(
        "--find-bounds finds the bounds of PLRS: it cannot stand beside another --schedule",
        "train",
        "{folder}",
        "--find-bounds",
        "--schedule",
        "knee")]
    [DataRow(
        "--schedule plrs-range-test finds the bounds of PLRS: it cannot stand beside --minimum-learning-rate",
        "train",
        "{folder}",
        "--schedule",
        "plrs-range-test",
        "--maximum-learning-rate",
        "0.1")]
    [DataRow(
        "--name is 'my flowers'; a class can have letters, digits and underscores in its name",
        "new",
        "--from",
        "{folder}",
        "--name",
        "my flowers")]
    [DataRow("--name is 'Foo '; a class can have letters", "new", "--from", "{folder}", "--name", "Foo\n")]
    [DataRow("--name is '2Foo'; a class can have letters", "new", "--from", "{folder}", "--name", "2Foo")]
    [DataRow("--name is 'class'; C# keeps words of small letters alone to itself", "new", "--from", "{folder}", "--name", "class")]
    [DataRow(
        "--name is 'Program', a name that the project uses itself; it must be another one, such as ProgramClassifier.",
        "new",
        "--from",
        "{folder}",
        "--name",
        "Program")]
    [DataRow("--name is 'ModelInput', a name that the project uses itself", "new", "--from", "{folder}", "--name", "ModelInput")]
    [DataRow("--name is 'MLContext', a name that the project uses itself", "new", "--from", "{folder}", "--name", "MLContext")]
    [DataRow("There is no option '--frob'; --help lists the options.", "train", "{folder}", "--frob")]
    public void WhatIsWrongIsNamed(string message, params string[] arguments)
    {
        using var folder = new ImageFolder(imagesPerClass: 2, classes: 1);
        string[] given = [.. arguments.Select(WithPaths)];

        var run = PlrsProgram.Run(given);

        Assert.AreEqual(1, run.ExitCode);
        Assert.AreEqual("", run.Output);
        Assert.StartsWith(WithPaths(message), OneLine(run.Error));

        string WithPaths(string text) => text.Replace("{folder}", folder.Path, StringComparison.Ordinal)
            .Replace("{image}", Path.Combine(folder.Path, "disc", "000.png"), StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("The folder 'nowhere' does not exist.", "train", "nowhere")]
    [DataRow(
        "--minimum-learning-rate must be less than --maximum-learning-rate.", "find-bounds", "{folder}", "--minimum-learning-rate", "0.1")]
    [DataRow(TooSmall, "train", "{folder}", "--arch", "Vgg16", "--image-size", "16")]
    [DataRow(TooSmall, "find-bounds", "{folder}", "--arch", "Vgg16", "--image-size", "16")]
    [DataRow(TooSmall, "compare", "{folder}", "--arch", "Vgg16", "--image-size", "16", "--output", "{empty}")]
    [DataRow("--output is '{empty}', which is a folder; it must be the path of a file.", "train", "{folder}", "--output", "{empty}")]
    [DataRow("--output is '{empty}/', which is a folder; it must be the path of a file.", "train", "{folder}", "--output", "{empty}/")]
    [DataRow("--output is empty; it must be the path of a file.", "train", "{folder}", "--output", "")]
    [DataRow("--output is '{image}/model.zip', where no file can be written: ", "train", "{folder}", "--output", "{image}/model.zip")]
    [DataRow("--output is '/proc/model.zip', where no file can be written: ", "train", "{folder}", "--output", "/proc/model.zip")]
    [DataRow("--plot is '{empty}', which is a folder; it must be the path of a file.", "find-bounds", "{folder}", "--plot", "{empty}")]
    [DataRow("--csv is '{image}/bounds.csv', where no file can be written: ", "find-bounds", "{folder}", "--csv", "{image}/bounds.csv")]
    public void WhatTheLibraryAndTheSystemRefuseIsNamedWithAndWithoutJson(string message, params string[] arguments)
    {
        using var folder = new ImageFolder(imagesPerClass: 6);
        using var empty = new TemporaryFolder();
        string[] given = [.. arguments.Select(WithPaths)];

        var run = PlrsProgram.Run(given);
        var json = PlrsProgram.Run([.. given, "--json"]);

        Assert.AreEqual((1, 1), (run.ExitCode, json.ExitCode));
        Assert.StartsWith(WithPaths(message), OneLine(run.Error));
        var error = JsonDocument.Parse(json.Output).RootElement.GetProperty("error").GetString()!;
        Assert.StartsWith(WithPaths(message), OneLine(error));
        Assert.DoesNotContain("Parameter", error);

        string WithPaths(string text) => text.Replace("{folder}", folder.Path, StringComparison.Ordinal)
            .Replace("{empty}", empty.Path, StringComparison.Ordinal)
            .Replace("{image}", Path.Combine(folder.Path, "disc", "000.png"), StringComparison.Ordinal);
    }

    // Long lines are broken at a console's width.
    private static string OneLine(string text) => Space().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
