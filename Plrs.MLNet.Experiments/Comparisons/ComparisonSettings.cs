using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Experiments.Training;

namespace Plrs.MLNet.Experiments.Comparisons;

/// <summary>
/// What the command line says; see <see cref="CommandLines.ComparisonOptions"/> for the meaning, range and default of each.
/// </summary>
internal sealed record ComparisonSettings
{
    private const int EpochsFromScratch = 30;
    private const int EpochsOfFineTuning = 12;
    private const int BatchFromScratch = 64;
    private const int BatchOfFineTuning = 16;
    private const int FoldsWithoutTestImages = 5;

    public required string? Folder { get; init; }

    public string Output { get; init; } = "";

    /// <summary>Whether what is in the output folder is replaced.</summary>
    public bool Force { get; init; }

    public required string Arch { get; init; }

    public required FineTuningName FineTuning { get; init; }

    public required IReadOnlyList<string> Schedules { get; init; }

    public required IReadOnlyList<int> Seeds { get; init; }

    public required int? Folds { get; init; }

    public required int? Epochs { get; init; }

    public required int? BatchSize { get; init; }

    public required int? ImageSize { get; init; }

    public required double? MaximumLearningRate { get; init; }

    public required double AveragingDecay { get; init; }

    public required bool MixedPrecision { get; init; }

    public required TorchDevice Device { get; init; }

    public required TaskShare? Task { get; init; }

    public required bool Merge { get; init; }

    public required double? Target { get; init; }

    /// <summary>The experiment on some data.</summary>
    public ExperimentSettings On(ExampleSet examples) => new()
    {
        Data = examples.Name,
        Classes = examples.ClassCount,
        TrainImages = examples.Train.Count,
        TestImages = examples.Test.Count,
        Network = Arch,
        FineTuning = FineTuning,
        Epochs = Epochs ?? (FineTuning == FineTuningName.Scratch ? EpochsFromScratch : EpochsOfFineTuning),
        BatchSize = BatchSize ?? (FineTuning == FineTuningName.Scratch ? BatchFromScratch : BatchOfFineTuning),
        ImageSize = ImageSize,
        Rate = MaximumLearningRate,
        AveragingDecay = AveragingDecay,
        MixedPrecision = MixedPrecision,
        Folds = examples.Test.Count == 0 ? Folds ?? FoldsWithoutTestImages
            : Folds is null ? 0
            : throw new FolderException($"'{Folder}' has images to test with: --folds is for data without."),
        Definitions = NamedSchedule.Definitions,
        Schedules = Schedules,
        Seeds = Seeds,
    };
}
