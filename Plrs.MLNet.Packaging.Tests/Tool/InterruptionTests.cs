using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>Ctrl+C (SIGINT) while plrs works.</summary>
[TestClass]
public sealed partial class InterruptionTests
{
    [TestMethod]
    public void TheModelIsKeptAndTheSameCommandGoesOn()
    {
        using var images = new ImageFolder(imagesPerClass: 6);
        using var folder = new TemporaryFolder();
        var model = folder.File("model.zip");

        var first = TrainAndInterrupt(images.Path, model);
        var evaluated = PlrsProgram.Ask("evaluate", model, images.Path);
        var second = TrainAndInterrupt(images.Path, model);

        Assert.AreEqual(130, first.ExitCode, first.Error);
        Assert.Contains("Stopping after this step; the model so far is kept.", first.Output);
        Assert.Contains("Stopped before the end: the same command goes on from the checkpoint in", first.Output);
        Assert.AreEqual(18, evaluated.GetProperty("images").GetInt32());
        Assert.AreEqual(130, second.ExitCode, second.Error);
        Assert.IsTrue(File.Exists(model));
        Assert.HasCount(
            3, Directory.GetFiles(folder.File("model.run", "")), "The run of the model so far, which the second one has replaced.");
        AssertGoesOn(first, second);
    }

    [TestMethod]
    public void TheFirstProgramOfTheReadMeDoesTheSame()
    {
        using var images = new ImageFolder(imagesPerClass: 6);
        using var folder = new TemporaryFolder();
        string[] arguments = [images.Path, .. PlrsProgram.Quick, "--epochs", "100000", "--output", folder.Path];

        var first = RunningPlrs.InterruptTrainOnFolder(arguments, line => Epochs(line).Any());
        var saved = File.GetLastWriteTimeUtc(folder.File("model.zip"));
        var second = RunningPlrs.InterruptTrainOnFolder(arguments, line => Epochs(line).Any());

        Assert.AreEqual((130, 130), (first.ExitCode, second.ExitCode), first.Error + second.Error);
        Assert.Contains("Stopping after this step; the model so far is kept.", first.Output);
        Assert.Contains("Stopped before the end: the same command goes on from the checkpoint in", first.Output);
        Assert.Contains("micro-accuracy", first.Output);
        Assert.IsGreaterThan(saved, File.GetLastWriteTimeUtc(folder.File("model.zip")));
        Assert.IsTrue(File.Exists(folder.File("training.png")));
        AssertGoesOn(first, second);
    }

    [TestMethod]
    public void ATrainingThatEndsLeavesTheCheckpointsOfOthers()
    {
        using var images = new ImageFolder(imagesPerClass: 6);
        using var folder = new TemporaryFolder();
        var model = folder.File("model.zip");
        var checkpoints = folder.File("model.checkpoints");

        var first = TrainAndInterrupt(images.Path, model);
        var other = PlrsProgram.Run(
            ["train", images.Path, .. PlrsProgram.Quick, "--epochs", "1", "--seed", "2", "--force", "--output", model]);
        var second = TrainAndInterrupt(images.Path, model, "--force");

        Assert.AreEqual(0, other.ExitCode, other.Error);
        AssertGoesOn(first, second);
        Assert.HasCount(1, Directory.GetDirectories(checkpoints));
    }

    [TestMethod]
    public void WithTheLastCheckpointsGoTheFeaturesAndTheFolderButNothingElse()
    {
        using var images = new ImageFolder(imagesPerClass: 3);
        using var folder = new TemporaryFolder();
        var checkpoints = folder.File("model.checkpoints");
        var mine = folder.File("model.checkpoints", "mine.txt");
        string[] train =
        [
            "train", images.Path, "--fine-tuning", "head", "--image-size", "32", "--epochs", "1", "--output", folder.File("model.zip"),
        ];
        File.WriteAllText(mine, "mine");

        var beside = PlrsProgram.Run(train);
        var left = Directory.GetFileSystemEntries(checkpoints, "*", SearchOption.AllDirectories);
        File.Delete(mine);
        var alone = PlrsProgram.Run([.. train, "--force"]);

        Assert.AreEqual((0, 0), (beside.ExitCode, alone.ExitCode), beside.Error + alone.Error);
        CollectionAssert.AreEqual(new[] { mine }, left);
        Assert.IsFalse(Directory.Exists(checkpoints));
    }

    [TestMethod]
    public void AfterTheLastStepTheTrainingIsNotStopped()
    {
        using var images = new ImageFolder(imagesPerClass: 4);
        using var folder = new TemporaryFolder();
        var model = NamedPipe.Make(folder.File("model.zip"));

        // Not by .NET, which would lock it.
        using var reader =
            Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec cat <>\"$0\"", model]) { RedirectStandardOutput = true })!;
        using var plrs = new RunningPlrs(["train", images.Path, .. PlrsProgram.Quick, "--epochs", "1", "--output", model]);

        // The model is larger than what pipes hold: the program waits in the middle of it.
        Assert.AreNotEqual(-1, reader.StandardOutput.BaseStream.ReadByte());
        plrs.PressCtrlC();
        plrs.ReadUntil(
            line => line.StartsWith("The training has ended already; its model is saved, then tested.", StringComparison.Ordinal));
        var reading = reader.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        var run = plrs.End();
        reader.Kill();
        reading.Wait();

        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.DoesNotContain("Stopped before the end", run.Output);
        Assert.IsFalse(Directory.Exists(folder.File("model.checkpoints")));
    }

    [TestMethod]
    public void BeforeTheFirstStepThereIsNoModel()
    {
        using var images = new ImageFolder(imagesPerClass: 2);
        using var folder = new TemporaryFolder();

        var run = InterruptAtTheOutput(folder, "train", images.Path, "--output");

        Assert.AreEqual(130, run.ExitCode, run.Error);
        Assert.Contains("If a step was made, the model so far is kept; before that there is none.", run.Output);
        Assert.StartsWith("Cancelled before the first step, so that there is no model to keep.", run.Error);
    }

    [TestMethod]
    public void AnotherErrorIsStillTold()
    {
        using var images = new ImageFolder(imagesPerClass: 2);
        using var folder = new TemporaryFolder();
        var workspace = folder.File("workspace");
        File.WriteAllText(workspace, "no folder");

        var run = InterruptAtTheOutput(folder, "train", images.Path, "--workspace", workspace, "--output");

        Assert.AreEqual(1, run.ExitCode);
        Assert.StartsWith($"No checkpoint can be written to the workspace '{workspace}'", run.Error);
    }

    [TestMethod]
    public void ARangeTestEndsBeforeTheImagesAreRead()
    {
        using var images = new ImageFolder(imagesPerClass: 2);
        using var folder = new TemporaryFolder();

        // It would fail at the first of these that it reads.
        using var first = NamedPipe.Open(NamedPipe.Make(Path.Combine(images.Path, "disc", "a.png")));
        using var second = NamedPipe.Open(NamedPipe.Make(Path.Combine(images.Path, "disc", "b.png")));
        var run = InterruptAtTheOutput(folder, "find-bounds", images.Path, "--test-fraction", "0.01", "--plot");

        Assert.AreEqual(130, run.ExitCode, run.Error);
        Assert.StartsWith("Cancelled before the end of the range test; there are no bounds.", run.Error);
    }

    /// <summary>
    /// Interrupts a training that would take hours after the second epoch that it tells of: one that resumes may have no steps of the first
    /// left to make.
    /// </summary>
    private static CommandRun TrainAndInterrupt(string images, string model, params string[] more)
    {
        using var plrs = new RunningPlrs(["train", images, .. PlrsProgram.Quick, "--epochs", "100000", "--output", model, .. more]);
        var epochs = 0;
        plrs.ReadUntil(line => Epochs(line).Any() && ++epochs == 2);
        plrs.PressCtrlC();
        return plrs.End();
    }

    /// <summary>
    /// Interrupts a command while it tries whether it can write a file, the last of its arguments, before it reads images.
    /// </summary>
    private static CommandRun InterruptAtTheOutput(TemporaryFolder folder, params string[] arguments)
    {
        var output = NamedPipe.Make(folder.File("output"));
        using var plrs = new RunningPlrs([.. arguments, output, .. PlrsProgram.Quick]);
        plrs.ReadUntil(line => line.StartsWith('╰'));
        plrs.PressCtrlC();
        plrs.ReadUntil(line => line.StartsWith("Stopping", StringComparison.Ordinal));
        using var pipe = NamedPipe.Open(output);
        return plrs.End();
    }

    private static void AssertGoesOn(CommandRun first, CommandRun second)
    {
        Assert.AreEqual(1, Epochs(first.Output).First());
        Assert.IsGreaterThanOrEqualTo(Epochs(first.Output).Last(), Epochs(second.Output).First());
        Assert.IsGreaterThan(1, Epochs(second.Output).First());
        Assert.Contains($"\ngoing on from epoch {Epochs(second.Output).First()}/100000\n", second.Output);
    }

    private static IEnumerable<int> Epochs(string output) =>
        EpochLine().Matches(output).Select(line => int.Parse(line.Groups["epoch"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(
        @"^epoch +(?<epoch>\d+)/100000  loss \d+\.\d{3}  accuracy \d+\.\d %  validation \d+\.\d %(  [\d:]+ left)?$",
        RegexOptions.Multiline)]
    private static partial Regex EpochLine();
}
