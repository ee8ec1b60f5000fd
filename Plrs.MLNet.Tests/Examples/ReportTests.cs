using System.Text.RegularExpressions;
using System.Xml.Linq;
using Plrs.MLNet.Experiments.Comparisons;
using Plrs.MLNet.Experiments.Comparisons.Reports;
using Plrs.MLNet.Experiments.Reports;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Experiments.Training;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Examples;

/// <summary>The reports of examples/CompareSchedules, of runs whose figures are known.</summary>
[TestClass]
public sealed partial class ReportTests
{
    [TestMethod]
    public void TheFiguresAreThoseOfTheRuns()
    {
        using var folder = Folder("knee", "plrs");
        var knee = Comparison.Read(new RunFiles(folder.Path), target: 0.5).Schedules[0];

        // Seeds 1, 2 and 3: 0.41, 0.42, 0.43 after the first epoch, twice as much less 0.1 with the averaged weights after the second.
        Assert.AreEqual("74.00", Figures.Percent(knee.Averaged.Final.Mean));
        Assert.AreEqual("76.00", Figures.Maximum(knee.Averaged.Final));
        Assert.AreEqual("42.00 (1.00)", Figures.MeanAndDeviation(knee.Last.Final));
        Assert.AreEqual(
            (3, 2.0, 3.0), (knee.Averaged.To(0.5).Epochs.Count, knee.Averaged.To(0.5).Epochs.Mean, knee.Averaged.To(0.5).Seconds.Mean));
        Assert.AreEqual(0, knee.Last.To(0.5).Epochs.Count);
        Assert.AreEqual(0.70, Comparison.Read(new RunFiles(folder.Path), target: null).Target, 1e-9);
    }

    [TestMethod]
    public void AllStandardDeviationsAreThoseOfASample()
    {
        var accuracies = new Sample([0.8, 0.9, 1.0]);

        Assert.AreEqual("90.00 (10.00)", Figures.MeanAndDeviation(accuracies));
        Assert.AreEqual(
            "3 folds: mean micro-accuracy [bold]90.0 %[/], standard deviation 10.0 %",
            FormattableString.Invariant(Report.OfFolds(accuracies)));
    }

    [TestMethod]
    public void ThePageListsEverySchedule()
    {
        using var folder = Folder([.. NamedSchedule.All.Select(schedule => schedule.Name)]);

        var page = Page(folder);

        foreach (var schedule in NamedSchedule.All)
        {
            Assert.AreEqual(3, Regex.Count(page, $"<th scope=\"row\">{Regex.Escape(schedule.Title)}</th>"), schedule.Title);
            Assert.AreEqual(Chart.All.Count, Regex.Count(page, $"class=\"line s-{schedule.Name}\""), schedule.Name);
        }

        Assert.Contains("<td><strong>74.00 (2.00)</strong></td>", page);
    }

    [TestMethod]
    public void EveryScheduleHasAColourOfItsOwn()
    {
        Assert.AreEqual(NamedSchedule.All.Count, NamedSchedule.All.Select(SchedulePalette.Light).Distinct().Count());
        Assert.AreEqual(NamedSchedule.All.Count, NamedSchedule.All.Select(SchedulePalette.Dark).Distinct().Count());
    }

    [TestMethod]
    public void ThePageNeedsNothingElse()
    {
        using var folder = Folder("knee", "plrs");

        var page = Page(folder);

        Assert.IsFalse(NeedsOthers().IsMatch(page), NeedsOthers().Match(page).Value);
        Assert.Contains("@media (prefers-color-scheme: dark)", page);
        Assert.Contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">", page);
        Assert.AreEqual(3, Regex.Count(page, "<div class=\"scroll\""), "Each table scrolls by itself.");

        // Well-formed, but for what HTML does not close.
        XDocument.Parse(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal).Replace("<br>", "", StringComparison.Ordinal)
            .Replace("&#8217;", "’", StringComparison.Ordinal)
                .Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal).Replace(
                    "initial-scale=1\">",
                    "initial-scale=1\"/>",
                    StringComparison.Ordinal).Replace("light dark\">", "light dark\"/>", StringComparison.Ordinal));
    }

    [TestMethod]
    public void WhatIsMissingOrFailedIsSaid()
    {
        using var folder = Folder("knee", "plrs");
        var files = new RunFiles(folder.Path);
        File.Delete(files.Finished(new RunKey("knee", 2, null)));
        files.Finish(new RunRecord { Key = new RunKey("plrs", 3, null), Failure = "the loss is <NaN>" });

        var comparison = Comparison.Read(files, target: null);
        var page = HtmlReport.Page(comparison);

        Assert.AreEqual("knee-seed2", string.Join(' ', comparison.Missing.Select(run => run.Name)));
        Assert.Contains("1 run is not finished, and not in these figures: knee-seed2.", page);
        Assert.Contains("plrs-seed3 failed, and is not in these figures: the loss is &lt;NaN&gt;", page);
        Assert.Contains("<td>2 + 1 failed</td>", page);
        Assert.AreEqual(2, comparison.Schedules[1].Averaged.Final.Count);
    }

    [TestMethod]
    public void ThePageOfRunsThatAllFailedSaysSo()
    {
        using var folder = Folder("knee");
        var files = new RunFiles(folder.Path);
        foreach (var seed in new[] { 1, 2, 3 })
        {
            files.Finish(new RunRecord { Key = new RunKey("knee", seed, null), Failure = "it diverged" });
        }

        Assert.Contains("<td>0 + 3 failed</td>", Page(folder));
        CsvFiles.Write(Comparison.Read(files, target: null), folder.Path);
    }

    [TestMethod]
    public void LossesThatAreNoNumbersAreDrawnAsFarAsTheyGo()
    {
        using var folder = Folder("plrs");
        var files = new RunFiles(folder.Path);
        files.Finish(
            new RunRecord
            {
                Key = new RunKey("plrs", 1, null),
                Epochs = [Epoch(0.5, 0.5, 1) with { LastLoss = double.NaN, AveragedLoss = double.PositiveInfinity }, Epoch(0.5, 0.5, 1)],
            });

        Assert.DoesNotContain("NaN", Page(folder));
        Assert.DoesNotContain("∞", Page(folder));
    }

    [TestMethod]
    public void TheCsvFilesHaveEveryScheduleRunAndEpoch()
    {
        using var folder = Folder("knee", "plrs");

        CsvFiles.Write(Comparison.Read(new RunFiles(folder.Path), target: 0.5), folder.Path);

        var schedules = File.ReadAllLines(folder.File("schedules.csv"));
        Assert.AreEqual("knee,averaged,3,0,0.76,0.74,0.02,0.5,0.76,0.74,0.02,0.5,3,2,3,0.25,0,3", schedules[1]);
        Assert.HasCount(5, schedules);
        Assert.HasCount(7, File.ReadAllLines(folder.File("runs.csv")));
        Assert.Contains("\"rates, of knee\"", File.ReadAllText(folder.File("runs.csv")));
        Assert.HasCount(13, File.ReadAllLines(folder.File("epochs.csv")));
    }

    [TestMethod]
    public void AFolderWithoutFinishedRunsIsRefused()
    {
        using var folder = new TemporaryFolder();
        var files = new RunFiles(folder.Path);
        Assert.Contains(
            "the folder has no experiment.", Assert.ThrowsExactly<ExperimentException>(() => Comparison.Read(files, target: null)).Message);

        files.Add(Settings("plrs"));
        Assert.AreEqual(
            $"No run of the experiment in '{folder.Path}' is finished.",
            Assert.ThrowsExactly<ExperimentException>(() => Comparison.Read(files, target: null)).Message);
    }

    private static string Page(TemporaryFolder folder) => HtmlReport.Page(Comparison.Read(new RunFiles(folder.Path), target: null));

    /// <summary>An experiment with three finished runs of each schedule.</summary>
    private static TemporaryFolder Folder(params string[] schedules)
    {
        var folder = new TemporaryFolder();
        var files = new RunFiles(folder.Path);
        files.Add(Settings(schedules));
        foreach (var run in files.ReadSettings().Runs())
        {
            var accuracy = 0.4 + (run.Seed / 100.0);
            files.Finish(new RunRecord
            {
                Key = run,
                Rates = $"rates, of {run.Schedule}",
                Epochs = [Epoch(accuracy, accuracy, 1), Epoch((2 * accuracy) - 0.1, accuracy, 2)],
                StepLosses = [1, 0.5f],
            });
        }

        return folder;
    }

    private static EpochRecord Epoch(double averaged, double last, double seconds) => new()
    {
        TrainLoss = 0.25,
        TrainAccuracy = 0.5,
        LastLoss = 1,
        LastAccuracy = last,
        AveragedLoss = 0.5,
        AveragedAccuracy = averaged,
        LearningRate = 0.1,
        Seconds = seconds,
    };

    private static ExperimentSettings Settings(params string[] schedules) => new()
    {
        Data = "data",
        Classes = 10,
        TrainImages = 100,
        TestImages = 50,
        Network = "ResNet20",
        FineTuning = FineTuningName.Scratch,
        Epochs = 2,
        BatchSize = 64,
        ImageSize = null,
        Rate = null,
        AveragingDecay = 0.98,
        MixedPrecision = false,
        Folds = 0,
        Schedules = schedules,
        Seeds = [1, 2, 3],
    };

    [GeneratedRegex(@"<script|<link|<img|<iframe|<object|\son\w+=|url\(|@import|https?:|src=|href=", RegexOptions.IgnoreCase)]
    private static partial Regex NeedsOthers();
}
