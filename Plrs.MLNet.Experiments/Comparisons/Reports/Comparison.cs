using Plrs.MLNet.Experiments.Schedules;

namespace Plrs.MLNet.Experiments.Comparisons.Reports;

/// <summary>An experiment's finished runs, by schedule: what all reports are made of.</summary>
internal sealed class Comparison
{
    private const double ShareOfBest = 0.95;

    private Comparison(ExperimentSettings settings, IReadOnlyList<RunRecord> runs, IReadOnlyList<RunKey> missing, double? target)
    {
        Settings = settings;
        Runs = runs;
        Missing = missing;
        Schedules =
        [
            .. settings.Schedules.Select(
                name => new ScheduleSummary(NamedSchedule.Find(name)!, [.. runs.Where(run => run.Key.Schedule == name)]))
                .Where(summary => summary.Runs.Count > 0),
        ];
        var best = Schedules.SelectMany(schedule => schedule.Weights).Select(weights => weights.Final.Mean).Where(double.IsFinite)
            .DefaultIfEmpty(0).Max();
        Target = target ?? Math.Floor(100 * ShareOfBest * best) / 100;
        IsTargetGiven = target is not null;
    }

    public ExperimentSettings Settings { get; }

    public IReadOnlyList<RunRecord> Runs { get; }

    /// <summary>The runs that are not finished.</summary>
    public IReadOnlyList<RunKey> Missing { get; }

    /// <summary>The schedules that have finished runs.</summary>
    public IReadOnlyList<ScheduleSummary> Schedules { get; }

    /// <summary>
    /// The test accuracy that the time to it is measured of: 95 % of the best mean, rounded down to a hundredth, unless it is given.
    /// </summary>
    public double Target { get; }

    public bool IsTargetGiven { get; }

    /// <summary>Reads what is finished of the experiment in a folder.</summary>
    /// <exception cref="ExperimentException">There is none, or a file is damaged.</exception>
    public static Comparison Read(RunFiles files, double? target)
    {
        var settings = files.ReadSettings();
        var runs = settings.Runs().ToLookup(files.IsFinished);
        var finished = runs[true].Select(run => files.ReadFinished(run)!).ToArray();
        return finished.Length > 0 ? new Comparison(settings, finished, [.. runs[false]], target)
            : throw new ExperimentException($"No run of the experiment in '{files.Folder}' is finished.");
    }
}

/// <summary>What the runs of one schedule came to.</summary>
internal sealed class ScheduleSummary
{
    public ScheduleSummary(NamedSchedule schedule, IReadOnlyList<RunRecord> runs)
    {
        Schedule = schedule;
        Runs = runs;
        Completed = [.. runs.Where(run => run.Failure is null)];
        Averaged = new WeightsSummary(TestedWeights.Averaged, Completed);
        Last = new WeightsSummary(TestedWeights.Last, Completed);
        TrainLoss = new([.. Completed.Select(run => run.Epochs[^1].TrainLoss)]);
        Spikes = new([.. Completed.Select(run => (double)Reports.Spikes.Count(run.StepLosses))]);
        Seconds = new([.. Completed.Select(run => run.Epochs.Sum(epoch => epoch.Seconds))]);
    }

    public NamedSchedule Schedule { get; }

    public IReadOnlyList<RunRecord> Runs { get; }

    /// <summary>Those that did not fail.</summary>
    public IReadOnlyList<RunRecord> Completed { get; }

    public WeightsSummary Averaged { get; }

    public WeightsSummary Last { get; }

    public IReadOnlyList<WeightsSummary> Weights => [Averaged, Last];

    /// <summary>The training losses of the last epoch.</summary>
    public Sample TrainLoss { get; }

    /// <summary>The spikes of a run.</summary>
    public Sample Spikes { get; }

    /// <summary>The seconds of training of a run.</summary>
    public Sample Seconds { get; }

    /// <summary>The schedules of the runs in words: the same for all, but where a range test finds the bounds.</summary>
    public IEnumerable<string> Rates => Runs.Select(run => run.Rates).Where(rates => rates.Length > 0).Distinct();

    /// <summary>The mean of a figure of each epoch over the runs.</summary>
    public double[] ByEpoch(Func<EpochRecord, double> figure) => Completed.Count == 0 ? []
        : [.. Enumerable.Range(0, Completed.Min(run => run.Epochs.Count))
            .Select(epoch => Completed.Average(run => figure(run.Epochs[epoch])))];
}
