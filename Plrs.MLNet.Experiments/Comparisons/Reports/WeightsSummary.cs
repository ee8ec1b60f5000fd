namespace Plrs.MLNet.Experiments.Comparisons.Reports;

/// <summary>Which weights are tested.</summary>
/// <param name="Name">Their name in files.</param>
/// <param name="Title">Their name in the report.</param>
/// <param name="Accuracy">The share of the test images that they are right on.</param>
/// <param name="Loss">Their cross-entropy on the test images.</param>
internal sealed record TestedWeights(string Name, string Title, Func<EpochRecord, double> Accuracy, Func<EpochRecord, double> Loss)
{
    public static TestedWeights Averaged { get; } = new(
        "averaged", "averaged weights", epoch => epoch.AveragedAccuracy, epoch => epoch.AveragedLoss);

    public static TestedWeights Last { get; } = new("last", "last weights", epoch => epoch.LastAccuracy, epoch => epoch.LastLoss);

    public static IReadOnlyList<TestedWeights> Both { get; } = [Averaged, Last];
}

/// <summary>What the runs of one schedule came to, with one kind of weights. Runs that failed do not count.</summary>
internal sealed class WeightsSummary
{
    public WeightsSummary(TestedWeights weights, IReadOnlyList<RunRecord> runs)
    {
        Weights = weights;
        Final = new([.. runs.Select(run => weights.Accuracy(run.Epochs[^1]))]);
        Best = new([.. runs.Select(run => run.Epochs.Max(weights.Accuracy))]);
        FinalLoss = new([.. runs.Select(run => weights.Loss(run.Epochs[^1]))]);
        Runs = runs;
    }

    public TestedWeights Weights { get; }

    public IReadOnlyList<RunRecord> Runs { get; }

    /// <summary>The test accuracies after the last epoch.</summary>
    public Sample Final { get; }

    /// <summary>The highest test accuracies of all epochs: that of an epoch chosen by the test images, and so too good.</summary>
    public Sample Best { get; }

    public Sample FinalLoss { get; }

    /// <summary>The epochs and seconds of training until a test accuracy is reached, of the runs that reach it.</summary>
    public (Sample Epochs, Sample Seconds) To(double target)
    {
        var reached = Runs.Select(run => (Run: run, Epoch: run.Epochs.FindIndex(epoch => Weights.Accuracy(epoch) >= target)))
            .Where(run => run.Epoch >= 0).ToArray();
        return (
            new([.. reached.Select(run => run.Epoch + 1.0)]),
            new([.. reached.Select(run => run.Run.Epochs.Take(run.Epoch + 1).Sum(epoch => epoch.Seconds))]));
    }
}
