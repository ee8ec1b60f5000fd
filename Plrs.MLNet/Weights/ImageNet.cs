using Plrs.MLNet.Networks;

namespace Plrs.MLNet.Weights;

/// <summary>The weights that networks got by learning ImageNet's classes, by network.</summary>
internal static class ImageNet
{
    /// <summary>How torchvision's networks take images: the mean of each channel of ImageNet's photos.</summary>
    public static IReadOnlyList<float> Mean { get; } = [0.485f, 0.456f, 0.406f];

    /// <summary>Their standard deviations.</summary>
    public static IReadOnlyList<float> StandardDeviation { get; } = [0.229f, 0.224f, 0.225f];

    /// <summary>Whether there are weights for a network.</summary>
    public static bool Knows(NetworkDefinition network) => network.Equals(Network.MLNetResNet18);
}
