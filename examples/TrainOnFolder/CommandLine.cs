using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Plrs.MLNet.Networks;

namespace TrainOnFolder;

/// <summary>The command line: each option with its explanation, default and range.</summary>
internal static class CommandLine
{
    private static readonly Argument<string?> Folder = new("folder")
    {
        Description = "The folder to train on, with a subfolder of images (.jpg, .png, .webp, .gif, .bmp) for each class. Without it, a small folder of shapes is drawn.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> Arch = NetworkName("--arch", "The network.", nameof(Network.MLNetResNet18));

    private static readonly Option<FineTuningName> FineTuning = Choice("--fine-tuning", "How the network is trained: from weights for ImageNet, the head first and then layer by layer, all layers, or the head alone; or from scratch.", FineTuningName.Gradual);

    private static readonly Option<int?> Epochs = Optional<int>("--epochs", "How many times to go through the training images. Default: 12; 100 for the head alone; 60 from scratch.", 1, 100_000);

    private static readonly Option<int> BatchSize = Number("--batch-size", "The images of one training step.", 16, 1, 4096);

    private static readonly Option<int?> ImageSize = Optional<int>("--image-size", "The width and height in pixels that images are brought to. Default: what the network is made for.", 8, 1024);

    private static readonly Option<double?> MinimumLearningRate = Optional<double>("--minimum-learning-rate", "L_min, the lower bound of PLRS. Default: 0.002; 0.03 from scratch.", 1e-8, 100);

    private static readonly Option<double?> MaximumLearningRate = Optional<double>("--maximum-learning-rate", "L_max, the upper bound of PLRS and the highest rate of the other schedules. Default: 0.005; 0.08 from scratch.", 1e-8, 100);

    private static readonly Option<ScheduleName> Schedule = Choice("--schedule", "The learning-rate schedule.", ScheduleName.Plrs);

    private static readonly Option<bool> NoAugmentation = new("--no-augmentation")
    {
        Description = "Train on the images as they are, neither mirrored nor moved at random.",
    };

    private static readonly Option<double> TestFraction = Number("--test-fraction", "The share of each class that is held out for the test.", 0.2, 0.01, 0.9);

    private static readonly Option<int> Folds = Number("--folds", "Above 1, trains and tests once for each of so many folds instead, and saves no model.", 1, 1, 100);

    private static readonly Option<int> Seed = Number("--seed", "The seed of everything random: the same seed gives the same model.", 1, 0, int.MaxValue);

    private static readonly Option<string> Output = new("--output")
    {
        Description = "The folder for model.zip and training.png.",
        HelpName = "folder",
        DefaultValueFactory = _ => Path.Combine("artifacts", "TrainOnFolder"),
    };

    /// <summary>The command, which calls <paramref name="run"/> with the settings it was given.</summary>
    public static RootCommand Create(Func<Settings, int> run)
    {
        var command = new RootCommand("Trains an image classifier on a folder of images with ML.NET, TorchSharp and the probabilistic learning rate scheduler (PLRS), tests it on images held out, and saves the model.")
        {
            Folder, Arch, FineTuning, Epochs, BatchSize, ImageSize, MinimumLearningRate, MaximumLearningRate, Schedule, NoAugmentation, TestFraction, Folds, Seed, Output,
        };
        command.SetAction(result => Read(result) is var settings && settings.Bounds.Minimum < settings.Bounds.Maximum
            ? run(settings)
            : Refuse(result, $"{MinimumLearningRate.Name} must be less than {MaximumLearningRate.Name}."));
        return command;
    }

    private static Settings Read(ParseResult result) => new()
    {
        Folder = result.GetValue(Folder),
        Output = result.GetRequiredValue(Output),
        Epochs = result.GetValue(Epochs),
        BatchSize = result.GetValue(BatchSize),
        ImageSize = result.GetValue(ImageSize),
        MinimumLearningRate = result.GetValue(MinimumLearningRate),
        MaximumLearningRate = result.GetValue(MaximumLearningRate),
        Schedule = result.GetValue(Schedule),
        Arch = Network.Known[result.GetRequiredValue(Arch)],
        FineTuning = result.GetValue(FineTuning),
        Folds = result.GetValue(Folds),
        NoAugmentation = result.GetValue(NoAugmentation),
        TestFraction = result.GetValue(TestFraction),
        Seed = result.GetValue(Seed),
    };

    private static int Refuse(ParseResult result, string message)
    {
        result.InvocationConfiguration.Error.WriteLine(message);
        return 1;
    }

    private static Option<T> Number<T>(string name, string description, T defaultValue, T minimum, T maximum)
        where T : struct, INumber<T>
    {
        var option = new Option<T>(name) { DefaultValueFactory = _ => defaultValue };
        Limit(option, description, minimum, maximum);
        return option;
    }

    private static Option<T?> Optional<T>(string name, string description, T minimum, T maximum)
        where T : struct, INumber<T>
    {
        var option = new Option<T?>(name);
        Limit(option, description, minimum, maximum);
        return option;
    }

    private static void Limit<T>(Option option, string description, T minimum, T maximum)
        where T : struct, INumber<T>
    {
        var range = string.Create(CultureInfo.InvariantCulture, $"from {minimum} to {maximum}");
        option.Description = $"{description} {char.ToUpperInvariant(range[0])}{range[1..]}.";
        option.HelpName = "number";
        option.Validators.Add(result =>
        {
            // What is not a number is refused elsewhere.
            if (result.Tokens is [var token] && T.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && !(value >= minimum && value <= maximum))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; it must be {range}."));
            }
        });
    }

    private static Option<T> Choice<T>(string name, string description, T defaultValue)
        where T : struct, Enum =>
        new(name) { Description = description, DefaultValueFactory = _ => defaultValue };

    private static Option<string> NetworkName(string name, string description, string defaultValue)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => defaultValue };
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Network.Known.Keys]);
        return option;
    }
}
