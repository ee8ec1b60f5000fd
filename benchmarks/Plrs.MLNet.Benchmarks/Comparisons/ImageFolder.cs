using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Images.Decoding;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet.Benchmarks.Comparisons;

/// <summary>What a comparison works on: image files in a folder with one subfolder a class.</summary>
/// <param name="Path">The folder.</param>
/// <param name="ImageSize">The width and height in pixels that images are stretched to.</param>
internal sealed record ImageFolder(string Path, int ImageSize)
{
    /// <summary>How the trainer and its models decode them by default.</summary>
    public DecoderSettings Decoding { get; } = Recipe.Of(new TorchImageClassificationTrainer.Options { Arch = Network.ResNet20, ImageSize = ImageSize }).Decoding;

    public int ClassCount { get; } = Directory.GetDirectories(Path).Length;
}
