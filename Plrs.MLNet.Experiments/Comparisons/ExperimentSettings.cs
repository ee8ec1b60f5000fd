using System.Globalization;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Experiments.Training;
using Known = Plrs.MLNet.Network;

namespace Plrs.MLNet.Experiments.Comparisons;

/// <summary>What the runs of an experiment have in common, and which runs it has: the file <c>experiment.json</c> in its folder.</summary>
internal sealed record ExperimentSettings
{
    /// <summary>The name of the data's folder.</summary>
    public required string Data { get; init; }

    public required int Classes { get; init; }

    /// <summary>The images to train on; with folds, all of them.</summary>
    public required int TrainImages { get; init; }

    public required int TestImages { get; init; }

    public required string Network { get; init; }

    public required FineTuningName FineTuning { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required int? ImageSize { get; init; }

    /// <summary>The highest rate of PLRS, with which all others are scaled; <see langword="null"/> for those of the paper.</summary>
    public required double? Rate { get; init; }

    /// <summary>The decay of the averaged weights.</summary>
    public required double AveragingDecay { get; init; }

    public required bool MixedPrecision { get; init; }

    /// <summary>The number of folds; 0 where the data has images to test with.</summary>
    public required int Folds { get; init; }

    /// <summary>What the names of schedules stand for: <see cref="NamedSchedule.Definitions"/>. The oldest files do not say it.</summary>
    public int Definitions { get; init; } = 1;

    public required IReadOnlyList<string> Schedules { get; init; }

    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>All runs. Those of one seed and fold stand together: the schedules are compared after a part of them already.</summary>
    public IReadOnlyList<RunKey> Runs() =>
    [
        .. from seed in Seeds
           from fold in Folds == 0 ? [null] : Enumerable.Range(1, Folds).Select(fold => (int?)fold)
           from schedule in Schedules
           select new RunKey(schedule, seed, fold),
    ];

    /// <summary>The rates that schedules are made with.</summary>
    public ScheduleRates Rates()
    {
        var rates = FineTuning == FineTuningName.Scratch ? ScheduleRates.OfPaper(Known.Known[Network]) : ScheduleRates.ForFineTuning;
        return Rate is { } maximum ? rates.WithMaximum(maximum) : rates;
    }

    /// <summary>The runs of both.</summary>
    /// <exception cref="ExperimentException">They differ in what the runs of an experiment have in common.</exception>
    public ExperimentSettings And(ExperimentSettings other, string folder)
    {
        var differences = Common().Zip(other.Common()).Where(pair => !Equals(pair.First.Value, pair.Second.Value))
            .Select(pair => string.Create(
                CultureInfo.InvariantCulture,
                $"{pair.First.Name} is {pair.Second.Value ?? "not set"} there, and {pair.First.Value ?? "not set"} here"))
            .ToArray();
        return differences.Length > 0
            ? throw new ExperimentException(
                $"The folder '{folder}' has another experiment: {string.Join("; ", differences)}. " +
                "Name another output folder, or replace it with --force.")
            : this with { Schedules = [.. other.Schedules.Union(Schedules)], Seeds = [.. other.Seeds.Union(Seeds)] };
    }

    private IEnumerable<(string Name, object? Value)> Common() =>
    [
        (nameof(Data), Data), (nameof(Classes), Classes), (nameof(TrainImages), TrainImages), (nameof(TestImages), TestImages),
        (nameof(Network), Network),
        (nameof(FineTuning), FineTuning), (nameof(Epochs), Epochs), (nameof(BatchSize), BatchSize), (nameof(ImageSize), ImageSize),
        (nameof(Rate), Rate),
        (nameof(AveragingDecay), AveragingDecay), (nameof(MixedPrecision), MixedPrecision), (nameof(Folds), Folds),
        ("what the names of schedules stand for", $"version {Definitions}"),
    ];
}

/// <summary>An experiment that cannot go on; the message says why.</summary>
internal sealed class ExperimentException(string message) : Exception(message);
