using System.Diagnostics;
using System.Globalization;
using Plrs.MLNet.Experiments.Comparisons.Reports;
using Plrs.MLNet.Experiments.Reports;
using Spectre.Console;

namespace Plrs.MLNet.Experiments.Comparisons;

/// <summary>What the program tells while runs are made, and when all are.</summary>
internal sealed class ConsoleView : IProgressView
{
    private const int LinesPerRun = 5;

    private long _start;

    public static void Plan(ExperimentSettings settings, TaskShare? task, int finished)
    {
        var test = settings.Folds > 0 ? Counted.Of(settings.Folds, "fold") : $"{settings.TestImages} to test with";
        AnsiConsole.MarkupLineInterpolated(
            $"[bold]{settings.Data}[/]: {settings.Classes} classes, {Counted.Of(settings.TrainImages, "image")} to train on, {test}");
        var epochs = $"{Counted.Of(settings.Epochs, "epoch")} in batches of {settings.BatchSize}";
        AnsiConsole.MarkupLineInterpolated(
            $"[bold]{settings.Network}[/], {epochs}: {Counted.Of(settings.Runs().Count, "run")}, {finished} finished before");
        if (task is { } share)
        {
            AnsiConsole.MarkupLineInterpolated($"Share {share}: {Counted.Of(share.Of(settings.Runs()).Count(), "run")}");
        }
    }

    // The report has the spikes of all runs.
    public void Warn(string message)
    {
        if (!message.StartsWith("Loss spike", StringComparison.Ordinal))
        {
            AnsiConsole.MarkupLineInterpolated($"  [yellow]{message}[/]");
        }
    }

    public void Begin(RunRecord record, ExperimentSettings settings)
    {
        _start = Stopwatch.GetTimestamp();
        var done = record.Epochs.Count > 0
            ? $", {Counted.Of(record.Epochs.Count, "epoch")} done before"
            : "";
        AnsiConsole.MarkupLineInterpolated($"[bold]{record.Key.Name}[/]: {record.Rates}{done}");
    }

    public void EpochDone(RunRecord record, ExperimentSettings settings)
    {
        var (count, epoch) = (record.Epochs.Count, record.Epochs[^1]);
        if (count % Math.Max(1, settings.Epochs / LinesPerRun) == 0 || count == settings.Epochs)
        {
            var accuracy = $"{Percent(epoch.AveragedAccuracy)} averaged, {Percent(epoch.LastAccuracy)} last";
            var seconds = epoch.Seconds.ToString("F1", CultureInfo.InvariantCulture);
            AnsiConsole.MarkupLineInterpolated(
                $"  epoch {count}: training loss {Number(epoch.TrainLoss)}, test accuracy {accuracy}; {seconds} s");
        }
    }

    public void Finished(RunRecord record, ExperimentSettings settings)
    {
        if (record.Failure is { } failure)
        {
            AnsiConsole.MarkupLineInterpolated($"  [red]{failure}[/]");
            return;
        }

        AnsiConsole.MarkupLineInterpolated(
            $"  finished after {Stopwatch.GetElapsedTime(_start).TotalSeconds.ToString("F0", CultureInfo.InvariantCulture)} s");
    }

    public static void Result(Comparison comparison)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("Test accuracy after the last epoch").AddColumn("schedule")
            .AddColumn(Right("runs"));
        foreach (var weights in TestedWeights.Both)
        {
            table.AddColumn(Right($"{weights.Title}: max")).AddColumn(Right("mean (s.d.)"));
        }

        table.AddColumn(Right("spikes a run"));
        foreach (var schedule in comparison.Schedules)
        {
            string[] accuracies =
            [
                .. schedule.Weights.SelectMany(
                    weights => new[] { Figures.Maximum(weights.Final), Figures.MeanAndDeviation(weights.Final) }),
            ];
            table.AddRow(
                [
                    Markup.Escape(schedule.Schedule.Title),
                    Figures.Runs(schedule),
                    .. accuracies,
                    Figures.Number(schedule.Spikes.Mean, "F1"),
                ]);
        }

        AnsiConsole.Write(table);
    }

    private static TableColumn Right(string name) => new TableColumn(Markup.Escape(name)).RightAligned();

    private static string Number(double number) => number.ToString("F4", CultureInfo.InvariantCulture);

    private static string Percent(double share) => share.ToString("P2", CultureInfo.InvariantCulture);
}
