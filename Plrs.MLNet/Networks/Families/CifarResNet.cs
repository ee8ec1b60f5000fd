using Plrs.MLNet.Common;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet;

/// <summary>
/// The residual networks of He et al. 2016, section 4.2, for small images: a 3×3 convolution, three stages of two-convolution blocks with
/// 16, 32 and 64 channels, global average pooling and a linear layer. Shortcuts have no parameters (option A).
/// </summary>
/// <remarks>The weights' names are those of the commonly published PyTorch implementations.</remarks>
public sealed class CifarResNet : NetworkDefinition
{
    internal const string Kind = "CifarResNet";
    private const int DeepestPublished = 1202;

    /// <summary>Describes a network of a depth.</summary>
    /// <param name="depth">The number of layers with weights: 6n + 2, from 8 to 1202; the paper has 20, 32, 44, 56, 110 and 1202.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="depth"/> is none of these.</exception>
    public CifarResNet(int depth)
        : base(Kind, ("depth", depth))
    {
        if (depth is < 8 or > DeepestPublished || depth % 6 != 2)
        {
            throw ArgumentChecks.Refused(nameof(depth), depth, $"6n + 2, from 8 to {DeepestPublished}");
        }

        Depth = depth;
    }

    /// <summary>The number of layers with weights.</summary>
    public int Depth { get; }

    /// <inheritdoc/>
    protected override Layer DescribeFeatures(Layer images)
    {
        var x = images.InGroup("conv1").Convolution("conv1", 16, kernel: 3).BatchNorm("bn1").Relu();
        for (var stage = 1; stage <= 3; stage++)
        {
            x = x.InGroup($"layer{stage}");
            for (var block = 0; block < (Depth - 2) / 6; block++)
            {
                x = Block(x, $"{x.Group}.{block}", stride: stage > 1 && block == 0 ? 2 : 1);
            }
        }

        return x.GlobalAveragePool();
    }

    /// <summary>
    /// Two convolutions and a shortcut; where the image is halved, the channels double, and half of the new ones are on either side.
    /// </summary>
    private static Layer Block(Layer x, string name, int stride)
    {
        var channels = stride * x.Shape.Channels;
        var shortcut = stride == 1 ? x : x.Subsample(stride).PadChannels(x.Shape.Channels / 2, x.Shape.Channels / 2);
        return x.Convolution($"{name}.conv1", channels, kernel: 3, stride).BatchNorm($"{name}.bn1").Relu()
            .Convolution($"{name}.conv2", channels, kernel: 3).BatchNorm($"{name}.bn2")
            .Add(shortcut).Relu();
    }
}
