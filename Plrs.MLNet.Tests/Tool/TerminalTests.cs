using System.Text.Json;
using Plrs.MLNet.Experiments.Reports;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>
/// Names of files and classes, also of a stranger's model, command no terminal; and what the library says is in plrs's words.
/// </summary>
[TestClass]
public sealed class TerminalTests
{
    // Clears the screen, sets the window's title, and turns the order of letters.
    private const string Hostile = "a\u001b[2J\u001b]0;mine\u0007\u009b31m\u202eb";
    private const string Shown = "a␛[2J␛]0;mine␇\uFFFD31m\uFFFDb";

    private static readonly TemporaryFolder Folder = new();

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void NamesAreShownWithoutTheirCommands()
    {
        foreach (var kind in TestImages.Classes)
        {
            for (var number = 0; number < 4; number++)
            {
                File.WriteAllBytes(
                    Folder.File("images", $"{kind}{Hostile}", $"{Hostile}{number}.png"), TestImages.Encode(kind, number));
            }
        }

        var (images, model) = (Folder.File("images"), Folder.File("model.zip"));
        CommandRun[] runs =
        [
            PlrsInProcess.Run(["train", images, .. PlrsProgram.Quick, "--epochs", "1", "--output", model]),
            PlrsInProcess.Run("evaluate", model, images),
            PlrsInProcess.Run("predict", model, images),
            PlrsInProcess.Run("inspect", model),
            PlrsInProcess.Run("predict", model, Hostile),
            PlrsInProcess.Run("predict", Hostile, images, "--json"),
            PlrsInProcess.Run("train", "flowers", "--epochs", Hostile),
        ];

        CollectionAssert.AreEqual(new[] { 0, 0, 0, 0, 1, 1, 1 }, runs.Select(run => run.ExitCode).ToArray());
        foreach (var run in runs)
        {
            Assert.DoesNotContain("\u001b", run.Output + run.Error);
            Assert.DoesNotContain("\u009b", run.Output + run.Error);
            Assert.DoesNotContain("\u0007", run.Output + run.Error);
        }

        Assert.Contains($"disc{Shown}", runs[1].Output);
        Assert.Contains($"There is no file or folder '{Shown}'.", runs[4].Error);
        var answer = JsonDocument.Parse(runs[5].Output).RootElement.GetProperty("error").GetString();
        Assert.AreEqual($"The file '{Hostile}' does not exist.", answer);
    }

    [TestMethod]
    public void PlainTextsStayAsTheyAre()
    {
        const string Text = "Blüten 花 👍🏽\nL_min [0.1] – ’";

        Assert.AreSame(Text, VisibleText.Of(Text));
    }

    [TestMethod]
    [DataRow(
        "The loss still fell, or stayed low, at the highest learning rate, 1: set HighestLearningRate higher.",
        "The loss still fell, or stayed low, at the highest learning rate, 1; " +
        "the range test of a tool goes no higher, so give the bounds yourself.")]
    [DataRow(
        "Choose one of these, give a file with weights, or train from scratch, with StartFrom set to PretrainedWeights.None.",
        "Choose one of these, or train from scratch, with --fine-tuning scratch.")]
    [DataRow(
        "may be lost. Set Images.Size higher, or Arch to a network for larger images.",
        "may be lost. Set --image-size higher, or --arch to a network for larger images.")]
    [DataRow("Start from weights that have something left to learn, or set HighestLearningRate higher.",
        "Start from weights that have something left to learn.")]
    [DataRow("Set WorkspacePath to a folder with room for it, raise Images.CacheBudget, or set Images.CacheMode to Memory.",
        "Make room there.")]
    public void WhatTheLibrarySaysNamesTheToolsOptions(string library, string tool) => Assert.AreEqual(tool, LibraryWords.Of(library));

    [TestMethod]
    public void WarningsOfTheLibraryAreShown()
    {
        foreach (var kind in TestImages.Classes)
        {
            for (var number = 0; number < 4; number++)
            {
                File.WriteAllBytes(Folder.File("large", kind, $"{number}.png"), TestImages.Encode(kind, number, size: 200));
            }
        }

        var run = PlrsInProcess.Run(
            ["train", Folder.File("large"), .. PlrsProgram.Quick, "--epochs", "1", "--output", Folder.File("large.zip")]);

        Assert.AreEqual(0, run.ExitCode, run.Error);
        var text = string.Join(' ', run.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("The network sees 16 × 16 pixels (--image-size; --arch", text);
        Assert.Contains("Set --image-size higher, or --arch to a network for larger images.", text);
    }
}
