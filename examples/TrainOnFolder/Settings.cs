using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;

namespace TrainOnFolder;

/// <summary>What the command line says; see <see cref="CommandLine"/> for the meaning, range and default of each.</summary>
internal sealed record Settings
{
    public required string? Folder { get; init; }

    public required string Output { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required int ImageSize { get; init; }

    public required NetworkDefinition Arch { get; init; }

    public required ScheduleName Schedule { get; init; }

    public required double MinimumLearningRate { get; init; }

    public required double MaximumLearningRate { get; init; }

    public required bool NoAugmentation { get; init; }

    public required double TestFraction { get; init; }

    public required int Seed { get; init; }

    /// <summary>As on CIFAR-10: mirrored at random, and moved by up to an eighth of the image.</summary>
    public ImageAugmentation? Augmentation => NoAugmentation ? null : new() { RandomCropPadding = ImageSize / 8, HorizontalFlip = true };
}
