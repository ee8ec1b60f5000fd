using System.CommandLine;
using Plrs.MLNet;
using Plrs.MLNet.Networks;

namespace TrainOnFolder;

/// <summary>The options of a training, each with its explanation, default and range.</summary>
internal static class TrainingOptions
{
    private static readonly Option<string> Arch = OptionForms.NetworkName("--arch", "The network.", nameof(Network.MLNetResNet18));

    private static readonly Option<FineTuningName> FineTuning = OptionForms.Choice("--fine-tuning", "How the network is trained: from weights for ImageNet, the head first and then layer by layer, all layers, or the head alone; or from scratch.", FineTuningName.Gradual);

    private static readonly Option<int?> Epochs = OptionForms.Optional<int>("--epochs", "How many times to go through the training images. Default: 12; 100 for the head alone; 60 from scratch.", 1, 100_000);

    private static readonly Option<int> BatchSize = OptionForms.Number("--batch-size", "The images of one training step.", 16, 1, 4096);

    private static readonly Option<int?> ImageSize = OptionForms.Optional<int>("--image-size", "The width and height in pixels that images are brought to. Default: what the network is made for.", 8, 1024);

    private static readonly Option<double?> MinimumLearningRate = OptionForms.Optional<double>("--minimum-learning-rate", "L_min, the lower bound of PLRS. Default: 0.002; 0.005 for the head alone; 0.03 from scratch.", 1e-8, 100);

    private static readonly Option<double?> MaximumLearningRate = OptionForms.Optional<double>("--maximum-learning-rate", "L_max, the upper bound of PLRS and the highest rate of the other schedules. Default: 0.005; 0.015 for the head alone; 0.08 from scratch.", 1e-8, 100);

    private static readonly Option<ScheduleName> Schedule = OptionForms.Choice("--schedule", "The learning-rate schedule.", ScheduleName.Plrs);

    private static readonly Option<bool> NoAugmentation = new("--no-augmentation")
    {
        Description = "Train on the images as they are, neither mirrored nor moved at random.",
    };

    private static readonly Option<double> TestFraction = OptionForms.Number("--test-fraction", "The share of each class that is held out for the test.", 0.2, 0.01, 0.9);

    private static readonly Option<int> Seed = OptionForms.Number("--seed", "The seed of everything random: the same seed gives the same model.", 1, 0, int.MaxValue);

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command)
    {
        Option[] options = [Arch, FineTuning, Epochs, BatchSize, ImageSize, MinimumLearningRate, MaximumLearningRate, Schedule, NoAugmentation, TestFraction, Seed];
        foreach (var option in options)
        {
            command.Add(option);
        }
    }

    /// <summary>What the command line says of them.</summary>
    public static Settings Read(ParseResult result) => new()
    {
        Arch = Network.Known[result.GetRequiredValue(Arch)],
        FineTuning = result.GetValue(FineTuning),
        Epochs = result.GetValue(Epochs),
        BatchSize = result.GetValue(BatchSize),
        ImageSize = result.GetValue(ImageSize),
        MinimumLearningRate = result.GetValue(MinimumLearningRate),
        MaximumLearningRate = result.GetValue(MaximumLearningRate),
        Schedule = result.GetValue(Schedule),
        NoAugmentation = result.GetValue(NoAugmentation),
        TestFraction = result.GetValue(TestFraction),
        Seed = result.GetValue(Seed),
    };

    /// <summary>What an empty command line says of them.</summary>
    public static Settings Defaults()
    {
        var command = new RootCommand();
        AddTo(command);
        return Read(command.Parse([]));
    }

    /// <summary>The name of a network as an option takes it.</summary>
    public static string NameOf(NetworkDefinition network) => Network.Known.FirstOrDefault(known => known.Value.Equals(network)).Key ?? network.ToString();

    /// <summary>What is wrong with the bounds, of which one may be given and the other left to its default; <see langword="null"/> where they are right.</summary>
    public static string? Problem(Settings settings) => settings.Bounds.Minimum < settings.Bounds.Maximum
        ? null
        : $"{MinimumLearningRate.Name} must be less than {MaximumLearningRate.Name}.";
}
