namespace Plrs.MLNet.Experiments.Comparisons.Reports;

/// <summary>A figure by epoch, as the report and the pictures show it: the mean over a schedule's runs.</summary>
/// <param name="File">The name of its picture.</param>
/// <param name="Title">Its title.</param>
/// <param name="Unit">What is measured.</param>
/// <param name="Figure">The figure.</param>
internal sealed record Chart(string File, string Title, string Unit, Func<EpochRecord, double> Figure)
{
    public static IReadOnlyList<Chart> All { get; } =
    [
        new("test-accuracy-averaged", "Test accuracy, averaged weights", "%", epoch => 100 * epoch.AveragedAccuracy),
        new("test-accuracy-last", "Test accuracy, last weights", "%", epoch => 100 * epoch.LastAccuracy),
        new("training-loss", "Training loss", "cross-entropy", epoch => epoch.TrainLoss),
        new("test-loss-averaged", "Test loss, averaged weights", "cross-entropy", epoch => epoch.AveragedLoss),
        new("test-loss-last", "Test loss, last weights", "cross-entropy", epoch => epoch.LastLoss),
        new("learning-rate", "Learning rate of the epoch’s last step", "learning rate", epoch => epoch.LearningRate),
    ];

    public bool IsOfLoss => Unit == "cross-entropy";

    public Series[] Of(Comparison comparison) =>
        [.. comparison.Schedules.Where(schedule => schedule.Completed.Count > 0)
            .Select(schedule => new Series(schedule.Schedule, schedule.ByEpoch(Figure)))];

    /// <summary>
    /// The axis of the figure. A loss that leaps to many times those of the first epoch is cut off: it would press the rest together.
    /// </summary>
    public Axis Axis(IReadOnlyList<Series> series)
    {
        var values = series.SelectMany(line => line.Values).Where(double.IsFinite).DefaultIfEmpty(1).ToArray();
        var first = series.Select(line => line.Values[0]).Where(double.IsFinite).DefaultIfEmpty(1);
        var highest = IsOfLoss ? Math.Min(values.Max(), 2 * Median(first)) : values.Max();
        return new Axis(Unit == "%" ? values.Min() : 0, highest);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
