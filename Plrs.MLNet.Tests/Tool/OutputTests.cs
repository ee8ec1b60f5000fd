using Microsoft.ML;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Experiments.Training;
using Plrs.MLNet.Tests.Support;
using ImageFolder = Plrs.MLNet.Tests.Support.ImageFolder;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>
/// The one rule for outputs that exist: nothing is replaced without --force, in no command; but a stopped training goes on with its model.
/// </summary>
[TestClass]
public sealed class OutputTests
{
    private const string TooSmall = "--arch VGG(depth: 16, dropout: 0.5, smallImages: 0) cannot be made for images of 16×16 pixels: ";

    // What comes after the output was looked at is wrong on purpose, and no time is spent on a training.
    [TestMethod]
    [DataRow("--output", TooSmall, "out", "train", "{images}", "--arch", "Vgg16", "--image-size", "16", "--output", "{out}")]
    [DataRow("--plot", TooSmall, "out", "find-bounds", "{images}", "--arch", "Vgg16", "--image-size", "16", "--plot", "{out}")]
    [DataRow("--csv", TooSmall, "out", "find-bounds", "{images}", "--arch", "Vgg16", "--image-size", "16", "--csv", "{out}")]
    [DataRow("--onnx", "The file 'no.zip' does not exist.", "out", "export", "no.zip", "--onnx", "{out}")]
    [DataRow("--safetensors", "The file 'no.zip' does not exist.", "out", "export", "no.zip", "--safetensors", "{out}")]
    [DataRow(
        "--output", "The file 'no.zip' does not exist.", "Program.cs", "new", "--from", "{images}", "--model", "no.zip", "--output",
        "{folder}")]
    [DataRow(
        "--output", TooSmall, "report.html", "compare", "{images}", "--arch", "Vgg16", "--image-size", "16", "--folds", "2", "--output",
        "{folder}")]
    public void WhatIsThereIsReplacedWithForceAlone(string option, string afterwards, string file, params string[] arguments)
    {
        using var images = new ImageFolder(imagesPerClass: 4);
        using var folder = new TemporaryFolder();
        var there = folder.File(file);
        File.WriteAllText(there, "mine");
        string[] given = [.. arguments.Select(argument => argument
            .Replace("{images}", images.Path, StringComparison.Ordinal).Replace("{out}", there, StringComparison.Ordinal).Replace(
                "{folder}", folder.Path, StringComparison.Ordinal))];

        var refused = PlrsInProcess.Run(given);
        var content = File.ReadAllText(there);
        var forced = PlrsInProcess.Run([.. given, "--force"]);
        File.WriteAllText(there, "");
        var empty = option == "--output" ? forced : PlrsInProcess.Run(given);

        Assert.AreEqual((1, "mine"), (refused.ExitCode, content));
        Assert.StartsWith($"{option} is '{(file == "out" ? there : folder.Path)}', ", refused.Error);
        Assert.EndsWith("is there already, and is not replaced without --force.", OneLine(refused.Error));
        Assert.AreEqual((1, 1), (forced.ExitCode, empty.ExitCode));
        Assert.StartsWith(afterwards, OneLine(forced.Error));
        Assert.StartsWith(afterwards, OneLine(empty.Error));
    }

    [TestMethod]
    public void AnotherExperimentIsReplacedWithForceAlone()
    {
        using var images = new ImageFolder(imagesPerClass: 4);
        using var folder = new TemporaryFolder();
        string[] quick =
        [
            "compare", images.Path, "--schedules", "constant", "--seeds", "1", "--folds", "2", "--batch-size", "4", "--image-size", "16",
            "--output", folder.Path,
        ];
        var mine = folder.File("runs", "notes.txt");

        var first = PlrsInProcess.Run([.. quick, "--epochs", "1"]);
        File.WriteAllText(mine, "of the first");
        var again = PlrsInProcess.Run([.. quick, "--epochs", "1"]);
        var other = PlrsInProcess.Run([.. quick, "--epochs", "2"]);
        var kept = File.Exists(mine);
        var forced = PlrsInProcess.Run([.. quick, "--epochs", "2", "--force"]);

        Assert.AreEqual(
            (0, 0, 1, 0), (first.ExitCode, again.ExitCode, other.ExitCode, forced.ExitCode), first.Error + again.Error + forced.Error);
        Assert.Contains("2 runs, 2 finished before", again.Output);
        Assert.Contains("Name another output folder, or replace it with --force.", OneLine(other.Error));
        Assert.IsTrue(kept);
        Assert.Contains("2 runs, 0 finished before", forced.Output);
        Assert.IsFalse(File.Exists(mine));
    }

    [TestMethod]
    public void AStoppedTrainingsModelIsItsOwn()
    {
        using var images = new ImageFolder(imagesPerClass: 5);
        using var folder = new TemporaryFolder();
        var settings = TrainingOptions.Defaults() with
        {
            Folder = images.Path,
            FineTuning = FineTuningName.Scratch,
            Arch = Network.ResNet20,
            ImageSize = 16,
            BatchSize = 4,
            Epochs = 2,
        };
        var (train, _) = Plrs.MLNet.Experiments.Folders.ImageFolder.Split(
            Plrs.MLNet.Experiments.Folders.ImageFolder.Read(images.Path), settings.TestFraction, settings.Seed);
        var stopped = Train(stopsAt: 2);
        var finished = Train(stopsAt: int.MaxValue);

        Assert.IsTrue(StoppedModel.IsOf(settings, train, stopped));
        Assert.IsTrue(StoppedModel.IsOf(settings with { Epochs = 5 }, train, stopped));
        Assert.IsFalse(StoppedModel.IsOf(settings with { Seed = 2 }, train, stopped));
        Assert.IsFalse(StoppedModel.IsOf(settings with { BatchSize = 8 }, train, stopped));
        Assert.IsFalse(StoppedModel.IsOf(settings with { MaximumLearningRate = 0.09 }, train, stopped));
        Assert.IsFalse(StoppedModel.IsOf(settings with { Schedule = NamedSchedule.Find("constant")! }, train, stopped));
        Assert.IsFalse(StoppedModel.IsOf(settings with { Schedule = NamedSchedule.Find("plrs-decay")! }, train, stopped));
        Assert.IsFalse(StoppedModel.IsOf(settings with { Schedule = NamedSchedule.Find("plrs-momentum")! }, train, stopped));
        Assert.IsFalse(StoppedModel.IsOf(settings with { NoAugmentation = true }, train, stopped));
        Assert.IsFalse(StoppedModel.IsOf(settings with { Arch = Network.ResNet32 }, train, stopped));
        Assert.IsFalse(StoppedModel.IsOf(settings, train[..^3], stopped));
        Assert.IsFalse(StoppedModel.IsOf(settings, train, finished));
        Assert.IsFalse(StoppedModel.IsOf(settings, train, train[0].ImagePath));
        Assert.IsFalse(StoppedModel.IsOf(settings, train, folder.File("none.zip")));

        string Train(int stopsAt)
        {
            var mlContext = new MLContext(settings.Seed);
            using var stop = new CancellationTokenSource();
            var options = Trainer.Options(settings);
            options.Stopping.Token = stop.Token;
            options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = step =>
            {
                if (step.Step.Index >= stopsAt)
                {
                    stop.Cancel();
                }
            } }];
            var data = mlContext.Data.LoadFromEnumerable(train);
            var path = folder.File($"{stopsAt}.zip");
            mlContext.Model.Save(Trainer.Pipeline(mlContext, options, settings).Fit(data), data.Schema, path);
            return path;
        }
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
