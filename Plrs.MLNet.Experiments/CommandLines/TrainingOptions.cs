using System.CommandLine;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Experiments.Training;

namespace Plrs.MLNet.Experiments.CommandLines;

/// <summary>The options of a training, each with its explanation, default and range.</summary>
internal static class TrainingOptions
{
    private const int DefaultBatchSize = 16;

    private static readonly Option<string> Arch = SharedOptions.Arch(nameof(Network.MLNetResNet18));

    private static readonly Option<FineTuningName> FineTuning = SharedOptions.FineTuning(
        "How the network is trained: from weights for ImageNet, the head first and then layer by layer, all layers, or the head alone; "
        + "or from scratch.",
        FineTuningName.Gradual,
        FineTuningName.Full,
        FineTuningName.Head,
        FineTuningName.Scratch);

    private static readonly Option<int?> Epochs = SharedOptions.Epochs("12; 100 for the head alone; 60 from scratch");

    private static readonly Option<int?> BatchSize = SharedOptions.BatchSize($"{DefaultBatchSize}");

    private static readonly Option<int?> ImageSize = SharedOptions.ImageSize;

    private static readonly Option<double?> MinimumLearningRate = SharedOptions.MinimumLearningRate;

    private static readonly Option<double?> MaximumLearningRate = SharedOptions.MaximumLearningRate(
        "L_max, the upper bound of PLRS and the highest rate of the other schedules. "
        + "Default: 0.005; 0.015 for the head alone; 0.08 from scratch.");

    private static readonly Option<NamedSchedule> Schedule = SharedOptions.Schedule;

    private static readonly Option<bool> NoAugmentation = new("--no-augmentation")
    {
        Description = "Train on the images as they are, neither mirrored nor moved at random.",
    };

    private static readonly Option<double> TestFraction = OptionForms.Number(
        "--test-fraction", "The share of each class that is held out for the test.", 0.2, 0.01, 0.9);

    private static readonly Option<int> Seed = OptionForms.Number(
        "--seed", "The seed of everything random: the same seed gives the same model.", 1, 0, int.MaxValue);

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command)
    {
        Option[] options =
        [
            Arch, FineTuning, Epochs, BatchSize, ImageSize, MinimumLearningRate, MaximumLearningRate, Schedule, NoAugmentation,
            TestFraction,
            Seed,
        ];
        foreach (var option in options)
        {
            command.Add(option);
        }
    }

    /// <summary>What the command line says of them.</summary>
    public static TrainSettings Read(ParseResult result) => new()
    {
        Arch = Network.Known[result.GetRequiredValue(Arch)],
        FineTuning = result.GetValue(FineTuning),
        Epochs = result.GetValue(Epochs),
        BatchSize = result.GetValue(BatchSize) ?? DefaultBatchSize,
        ImageSize = result.GetValue(ImageSize),
        MinimumLearningRate = result.GetValue(MinimumLearningRate),
        MaximumLearningRate = result.GetValue(MaximumLearningRate),
        Schedule = result.GetRequiredValue(Schedule),
        NoAugmentation = result.GetValue(NoAugmentation),
        TestFraction = result.GetValue(TestFraction),
        Seed = result.GetValue(Seed),
    };

    /// <summary>What an empty command line says of them.</summary>
    public static TrainSettings Defaults()
    {
        var command = new RootCommand();
        AddTo(command);
        return Read(command.Parse([]));
    }

    /// <summary>The name of a network as an option takes it.</summary>
    public static string NameOf(NetworkDefinition network) =>
        Network.Known.FirstOrDefault(known => known.Value.Equals(network)).Key ?? network.ToString();

    /// <summary>
    /// What is wrong with the bounds, of which one may be given and the other left to its default; <see langword="null"/> where they are
    /// right.
    /// </summary>
    public static string? Problem(TrainSettings settings) =>
        settings.Bounds.Minimum >= settings.Bounds.Maximum ? $"{MinimumLearningRate.Name} must be less than {MaximumLearningRate.Name}."
        : settings.Schedule.FindsBounds && settings.HasBounds
            ? $"{Schedule.Name} {settings.Schedule} finds the bounds of PLRS: " +
                $"it cannot stand beside {MinimumLearningRate.Name} or {MaximumLearningRate.Name}."
        : null;
}
