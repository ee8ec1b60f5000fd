using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Experiments.Training;

/// <summary>
/// What the command line says; see <see cref="CommandLines.TrainingOptions"/> for the meaning, range and default of each.
/// </summary>
internal sealed record TrainSettings
{
    public string? Folder { get; init; }

    public string Output { get; init; } = "";

    /// <summary>Whether files that are there are replaced.</summary>
    public bool Force { get; init; }

    public int Folds { get; init; } = 1;

    public required NetworkDefinition Arch { get; init; }

    public required FineTuningName FineTuning { get; init; }

    public required int? Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required int? ImageSize { get; init; }

    public required NamedSchedule Schedule { get; init; }

    public required double? MinimumLearningRate { get; init; }

    public required double? MaximumLearningRate { get; init; }

    public required bool NoAugmentation { get; init; }

    public required double TestFraction { get; init; }

    public required int Seed { get; init; }

    /// <summary>Whether a bound is given.</summary>
    public bool HasBounds => MinimumLearningRate is not null || MaximumLearningRate is not null;

    /// <summary>Pretrained weights are moved a little, a new head further, and a network from scratch a long way.</summary>
    public (double Minimum, double Maximum) Bounds
    {
        get
        {
            var (minimum, maximum) = FineTuning switch
            {
                FineTuningName.Scratch => (0.03, 0.08),
                FineTuningName.Head => (0.005, 0.015),
                _ => (0.002, 0.005),
            };
            return (MinimumLearningRate ?? minimum, MaximumLearningRate ?? maximum);
        }
    }

    /// <summary>A network from scratch needs many more epochs, and the head alone takes no time.</summary>
    public int AllEpochs => Epochs ?? FineTuning switch
    {
        FineTuningName.Scratch => 60,
        FineTuningName.Head => 100,
        _ => 12,
    };

    /// <summary>The schedule of the run; <see langword="null"/> where a range test finds its bounds.</summary>
    public ILearningRateSchedule? CreateSchedule() =>
        Schedule.Create?.Invoke(new ScheduleRates(Bounds.Minimum, Bounds.Maximum), AllEpochs);
}
