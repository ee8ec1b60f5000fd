using System.Text.Json;
using Plrs.MLNet.Experiments.Comparisons;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Examples;

/// <summary>examples/CompareSchedules: runs are made once, in shares or not, interrupted or not, and always come to the same.</summary>
[TestClass]
public sealed class ExperimentTests
{
    private static readonly TemporaryFolder Data = new();
    private static readonly TemporaryFolder AtOnce = new();

    [ClassInitialize]
    public static void MakeAtOnce(TestContext context)
    {
        QuickExperiment.Draw(Data);
        QuickExperiment.Make(Data.Path, AtOnce.Path);
    }

    [ClassCleanup]
    public static void Remove()
    {
        Data.Dispose();
        AtOnce.Dispose();
    }

    [TestMethod]
    public void ARunTellsOfEveryEpochAndStepWithBothWeights()
    {
        var run = Read(AtOnce, "plrs-seed1");

        Assert.IsNull(run.Failure);
        Assert.AreEqual("PLRS U[0.07, 0.1], redrawn every step", run.Rates);
        Assert.AreEqual((24, 12, 3), (run.TrainImages, run.TestImages, run.StepsPerEpoch));
        Assert.HasCount(QuickExperiment.Epochs, run.Epochs);
        Assert.HasCount(3 * QuickExperiment.Epochs, run.StepLosses);
        Assert.IsFalse(run.StepLosses.Contains(null));
        Assert.AreEqual(run.StepLosses.Take(3).Average()!.Value, run.Epochs[0].TrainLoss, 5e-3);
        Assert.IsTrue(
            run.Epochs.TrueForAll(
                epoch => epoch.AveragedLoss != epoch.LastLoss && epoch.Seconds > 0 && epoch.LearningRate is >= 0.07 and <= 0.1));
        Assert.AreEqual("constant 0.1", Read(AtOnce, "constant-seed2").Rates);
        Assert.AreEqual("", Names(AtOnce, "work"), "A finished run leaves no checkpoints.");
    }

    [TestMethod]
    public void SharesComeToTheSameAsOneProcess()
    {
        using var shared = new TemporaryFolder();

        for (var i = 3; i >= 1; i--)
        {
            QuickExperiment.Make(Data.Path, shared.Path, new TaskShare(i, 3));
        }

        AssertEqual(AtOnce, shared);
    }

    [TestMethod]
    public void ARunThatWasKilledGoesOnAndComesToTheSame()
    {
        using var killed = new TemporaryFolder();

        // In the second epoch of the second run, of whose first one there is a checkpoint, and again after the next epoch.
        ChildProcess.Experiment(killAfter: QuickExperiment.Epochs + 2, Data.Path, killed.Path);
        ChildProcess.Experiment(killAfter: 1, Data.Path, killed.Path);
        var epochs = new List<string>();
        QuickExperiment.Make(Data.Path, killed.Path, shows: epochs.Add);

        Assert.IsFalse(epochs.Contains("constant-seed1 1"), "A finished run is not made again.");
        Assert.IsFalse(epochs.Contains("plrs-seed1 1"), "What a checkpoint has is not made again.");
        AssertEqual(AtOnce, killed);
    }

    [TestMethod]
    public void AnExperimentThatWasStoppedGoesOnAndComesToTheSame()
    {
        using var stopped = new TemporaryFolder();
        using var stop = new CancellationTokenSource();

        Assert.ThrowsExactly<OperationCanceledException>(() => QuickExperiment.Make(
            Data.Path, stopped.Path, shows: epoch => { if (epoch == "plrs-seed1 2") { stop.Cancel(); } }, stop: stop.Token));
        Assert.AreEqual("constant-seed1.json", Names(stopped, "runs"));
        QuickExperiment.Make(Data.Path, stopped.Path);

        AssertEqual(AtOnce, stopped);
    }

    [TestMethod]
    public void WhatIsFinishedIsNotMadeAgain()
    {
        var epochs = new List<string>();

        QuickExperiment.Make(Data.Path, AtOnce.Path, shows: epochs.Add);

        Assert.IsEmpty(epochs);
    }

    [TestMethod]
    public void SchedulesAndSeedsAreAddedToAnExperiment()
    {
        using var folder = new TemporaryFolder();
        var files = new RunFiles(folder.Path);
        var settings = new RunFiles(AtOnce.Path).ReadSettings();

        files.Add(settings with { Schedules = ["plrs"], Seeds = [2] });
        files.Add(settings with { Schedules = ["knee"], Seeds = [3] });

        Assert.AreEqual(
            "plrs-seed2 knee-seed2 plrs-seed3 knee-seed3", string.Join(' ', files.ReadSettings().Runs().Select(run => run.Name)));
    }

    [TestMethod]
    public void AnotherExperimentInTheFolderIsRefused()
    {
        var error = Assert.ThrowsExactly<ExperimentException>(
            () => QuickExperiment.Make(Data.Path, AtOnce.Path, change: settings => settings with { Epochs = 4, Rate = 0.2 }));

        Assert.AreEqual(
            $"The folder '{AtOnce.Path}' has another experiment: Epochs is 3 there, and 4 here; Rate is not set there, and 0.2 here. " +
            "Name another output folder, or replace it with --force.",
            error.Message);
    }

    [TestMethod]
    public void RunsOfEarlierDefinitionsOfTheSchedulesAreNotMixedIn()
    {
        using var folder = new TemporaryFolder();
        var files = new RunFiles(folder.Path);
        files.Add(new RunFiles(AtOnce.Path).ReadSettings());
        var path = Path.Combine(folder.Path, "experiment.json");
        var now = $"\"Definitions\": {NamedSchedule.Definitions},";
        var json = File.ReadAllText(path);
        Assert.Contains(now, json);
        File.WriteAllText(path, json.Replace(now, "", StringComparison.Ordinal));

        var error = Assert.ThrowsExactly<ExperimentException>(() => files.Add(new RunFiles(AtOnce.Path).ReadSettings()));

        Assert.Contains(
            $"what the names of schedules stand for is version 1 there, and version {NamedSchedule.Definitions} here.", error.Message);
    }

    [TestMethod]
    public void FoldsTestEachImageOnce()
    {
        using var folder = new TemporaryFolder();
        var test = 0;
        QuickExperiment.Make(
            Path.Combine(Data.Path, "train"),
            folder.Path,
            change: settings => settings with { Folds = 3, Epochs = 1, Schedules = ["plrs"], Seeds = [1] });

        foreach (var fold in new[] { 1, 2, 3 })
        {
            var run = Read(folder, $"plrs-seed1-fold{fold}");
            Assert.AreEqual(24, run.TrainImages + run.TestImages);
            test += run.TestImages;
        }

        Assert.AreEqual(24, test);
    }

    [TestMethod]
    public void ARunThatDivergesIsFinishedAndSaysWhy()
    {
        using var folder = new TemporaryFolder();

        QuickExperiment.Make(
            Data.Path, folder.Path, change: settings => settings with { Rate = 100, Schedules = ["constant"], Seeds = [1], Epochs = 50 });

        Assert.StartsWith("Training diverged at step ", Read(folder, "constant-seed1").Failure);
    }

    [TestMethod]
    public void WhatKeepsARunFromGoingOnIsNoDivergence()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        Assert.ThrowsExactly<OperationCanceledException>(() => QuickExperiment.Make(
            Data.Path, folder.Path, shows: epoch => { if (epoch == "constant-seed1 2") { stop.Cancel(); } }, stop: stop.Token));
        var checkpoint = Directory.GetFiles(folder.Path, "*.plrs", SearchOption.AllDirectories).Single();
        File.WriteAllText(checkpoint, "damaged");

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => QuickExperiment.Make(Data.Path, folder.Path));

        Assert.StartsWith("None of this run's checkpoints in ", error.Message);
        Assert.IsTrue(File.Exists(checkpoint), "It is for the user to remove it.");
        Assert.IsFalse(Directory.Exists(Path.Combine(folder.Path, "runs")), "The run is not finished.");
    }

    [TestMethod]
    public void ARunThatGoesOnKeepsTheBoundsOfItsRangeTest()
    {
        using var folder = new TemporaryFolder();
        var key = new RunKey("plrs-range-test", 1, null);
        new RunFiles(folder.Path).WriteBegun(new RunRecord { Key = key, Bounds = new FoundBounds(0.0123, 0.0234) });

        QuickExperiment.Make(
            Data.Path, folder.Path, change: settings => settings with { Schedules = [key.Schedule], Seeds = [key.Seed], Epochs = 1 });

        Assert.AreEqual("PLRS U[0.0123, 0.0234], seed 1, redrawn every step", Read(folder, key.Name).Rates);
    }

    [TestMethod]
    public void ADamagedFileIsNamed()
    {
        using var folder = new TemporaryFolder();
        var files = new RunFiles(folder.Path);
        var key = new RunKey("plrs", 1, null);
        files.Finish(new RunRecord { Key = key });
        File.WriteAllText(files.Finished(key), "{\"Key\":");

        var error = Assert.ThrowsExactly<ExperimentException>(() => files.ReadFinished(key));

        Assert.AreEqual($"The file '{files.Finished(key)}' is damaged. Remove it, and the run is done again.", error.Message);
    }

    private static RunRecord Read(TemporaryFolder folder, string name)
    {
        var files = new RunFiles(folder.Path);
        return files.ReadFinished(files.ReadSettings().Runs().Single(run => run.Name == name))!;
    }

    private static void AssertEqual(TemporaryFolder expected, TemporaryFolder actual)
    {
        Assert.AreEqual(Names(expected, "runs"), Names(actual, "runs"));
        foreach (var run in new RunFiles(expected.Path).ReadSettings().Runs())
        {
            Assert.AreEqual(Text(expected), Text(actual), run.Name);

            string Text(TemporaryFolder folder)
            {
                var record = Read(folder, run.Name);
                return JsonSerializer.Serialize(
                    new
                    {
                        record.Rates,
                        record.TestImages,
                        record.StepLosses,
                        Epochs = record.Epochs.Select(epoch => epoch with { Seconds = 0 }),
                    });
            }
        }
    }

    private static string Names(TemporaryFolder folder, string subfolder) =>
        string.Join(
            ' ',
            Directory.EnumerateFileSystemEntries(Path.Combine(folder.Path, subfolder)).Select(Path.GetFileName).Order(
                StringComparer.Ordinal));
}
