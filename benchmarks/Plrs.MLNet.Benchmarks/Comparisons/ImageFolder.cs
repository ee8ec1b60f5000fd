using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Images;

namespace Plrs.MLNet.Benchmarks.Comparisons;

/// <summary>What a comparison works on: image files in a folder with one subfolder a class.</summary>
/// <param name="Path">The folder.</param>
/// <param name="ImageSize">The width and height in pixels that images are stretched to.</param>
internal sealed record ImageFolder(string Path, int ImageSize)
{
    private const int SmallestPhoto = 128;

    /// <summary>Whether they are photos, not small images.</summary>
    public bool IsOfPhotos => ImageSize >= SmallestPhoto;

    /// <summary>What is trained on them.</summary>
    public NetworkDefinition Network => IsOfPhotos ? Plrs.MLNet.Network.ResNet18 : Plrs.MLNet.Network.ResNet20;

    /// <summary>The images of a step, or of a forward pass.</summary>
    public int BatchSize => IsOfPhotos ? 16 : 128;

    /// <summary>How the trainer and its models decode them by default.</summary>
    public DecoderSettings Decoding { get; } =
        RunPlan.Of(
            new TorchImageClassificationTrainer.Options { Arch = Plrs.MLNet.Network.ResNet20, Images = { Size = ImageSize } }).Decoding;

    public int ClassCount { get; } = Directory.GetDirectories(Path).Length;
}
