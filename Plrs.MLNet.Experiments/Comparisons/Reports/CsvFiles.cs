using System.Globalization;
using Plrs.MLNet.Experiments.Folders;

namespace Plrs.MLNet.Experiments.Comparisons.Reports;

/// <summary>The figures as CSV files: of schedules, of runs and of epochs.</summary>
internal static class CsvFiles
{
    public static IReadOnlyList<string> Write(Comparison comparison, string folder) =>
    [
        Write(Path.Combine(folder, "schedules.csv"), Schedules(comparison)),
        Write(Path.Combine(folder, "runs.csv"), Runs(comparison)),
        Write(Path.Combine(folder, "epochs.csv"), Epochs(comparison)),
    ];

    private static IEnumerable<object?[]> Schedules(Comparison comparison)
    {
        yield return
        [
            "schedule", "weights", "runs", "failed", "max test accuracy", "mean test accuracy", "s.d.", "mean test loss", "max best epoch",
            "mean best epoch", "s.d. best epoch",
            "target", "runs that reach it", "epochs to it", "seconds to it", "training loss", "spikes", "seconds",
        ];
        foreach (var schedule in comparison.Schedules)
        {
            foreach (var weights in schedule.Weights)
            {
                var (epochs, seconds) = weights.To(comparison.Target);
                yield return
                [
                    schedule.Schedule.Name, weights.Weights.Name, schedule.Completed.Count, schedule.Runs.Count - schedule.Completed.Count,
                    weights.Final.Maximum, weights.Final.Mean, weights.Final.StandardDeviation, weights.FinalLoss.Mean,
                    weights.Best.Maximum, weights.Best.Mean, weights.Best.StandardDeviation,
                    comparison.Target, epochs.Count, epochs.Mean, seconds.Mean, schedule.TrainLoss.Mean, schedule.Spikes.Mean,
                    schedule.Seconds.Mean,
                ];
            }
        }
    }

    private static IEnumerable<object?[]> Runs(Comparison comparison)
    {
        yield return
        [
            "schedule", "seed", "fold", "rates", "epochs", "test accuracy, averaged", "test accuracy, last", "best epoch, averaged",
            "best epoch, last",
            "test loss, averaged", "test loss, last", "training loss", "spikes", "seconds", "skipped images", "machine", "failure",
        ];
        foreach (var run in comparison.Runs)
        {
            var last = run.Epochs.LastOrDefault();
            yield return
            [
                run.Key.Schedule, run.Key.Seed, run.Key.Fold, run.Rates, run.Epochs.Count, last?.AveragedAccuracy, last?.LastAccuracy,
                run.Epochs.Select(epoch => (double?)epoch.AveragedAccuracy).Max(),
                run.Epochs.Select(epoch => (double?)epoch.LastAccuracy).Max(),
                last?.AveragedLoss, last?.LastLoss, last?.TrainLoss, Spikes.Count(run.StepLosses), run.Epochs.Sum(epoch => epoch.Seconds),
                run.SkippedImages, run.Machine, run.Failure,
            ];
        }
    }

    private static IEnumerable<object?[]> Epochs(Comparison comparison)
    {
        yield return
        [
            "schedule", "seed", "fold", "epoch", "training loss", "training accuracy", "test loss, averaged", "test accuracy, averaged",
            "test loss, last", "test accuracy, last",
            "learning rate of its last step", "seconds",
        ];
        foreach (var run in comparison.Runs)
        {
            foreach (var (number, epoch) in run.Epochs.Index())
            {
                yield return
                [
                    run.Key.Schedule, run.Key.Seed, run.Key.Fold, number + 1, epoch.TrainLoss, epoch.TrainAccuracy, epoch.AveragedLoss,
                    epoch.AveragedAccuracy, epoch.LastLoss, epoch.LastAccuracy,
                    epoch.LearningRate, epoch.Seconds,
                ];
            }
        }
    }

    private static string Write(string path, IEnumerable<object?[]> rows)
    {
        ResultFile.Write(path, rows.Select(row => string.Join(',', row.Select(Cell))));
        return path;
    }

    private static string Cell(object? value) => value switch
    {
        null or double.NaN => "",
        double number => number.ToString("G6", CultureInfo.InvariantCulture),
        string text when text.AsSpan().ContainsAny(",\"\r\n") => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
