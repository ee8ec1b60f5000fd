using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Weights;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// What options come to where they leave something open: it follows from the network and from what its training starts from.
/// </summary>
internal sealed record RunPlan
{
    private const int EpochsFromScratch = 60;
    private const int EpochsOfHead = 100;

    /// <summary>The epochs of a fine-tuning that is not of the head alone, unless they are set.</summary>
    public const int EpochsOfFineTuning = 12;

    public required NetworkDefinition Network { get; init; }

    public required PretrainedWeights StartFrom { get; init; }

    public required FineTuning FineTuning { get; init; }

    public bool IsFromScratch => StartFrom == PretrainedWeights.None;

    public required DecoderSettings Decoding { get; init; }

    public required int Epochs { get; init; }

    /// <summary>Random changes to the training images, or <see langword="null"/> for none.</summary>
    public required ImageAugmentation? Augmentation { get; init; }

    public static RunPlan Of(Options options)
    {
        var model = options.StartFrom is PretrainedWeights.ModelWeights start ? ModelChain.Classifier(start.Transformer).Model : null;
        var network = options.Arch
            ?? model?.Network ?? (options.StartFrom == PretrainedWeights.None ? MLNet.Network.ResNet20 : MLNet.Network.MLNetResNet18);
        var startFrom = options.StartFrom ?? (HasImageNetWeights(network) ? PretrainedWeights.ImageNet : PretrainedWeights.None);
        var isFromScratch = startFrom == PretrainedWeights.None;
        var fineTuning = options.FineTuning ?? (isFromScratch || network is ModuleDefinition ? FineTuning.Full : FineTuning.Gradual);
        return new RunPlan
        {
            Network = network,
            StartFrom = startFrom,
            FineTuning = fineTuning,
            Decoding = new DecoderSettings(
                options.Images.Size ?? model?.Decoding.Size ?? network.ImageSize,
                options.Images.Resizing ?? model?.Decoding.Resizing ?? (isFromScratch ? ImageResizing.Stretch : ImageResizing.CenterCrop),
                options.Images.MaximumPixels),
            Epochs = options.Epoch ?? (isFromScratch ? EpochsFromScratch : fineTuning.IsHeadOnly ? EpochsOfHead : EpochsOfFineTuning),
            Augmentation = options.Images.Augmentation ?? (isFromScratch ? null : ImageAugmentation.Photos),
        };
    }

    private static bool HasImageNetWeights(NetworkDefinition network) =>
        network.Equals(MLNet.Network.MLNetResNet18) || KnownWeights.Find(network) is not null;
}
