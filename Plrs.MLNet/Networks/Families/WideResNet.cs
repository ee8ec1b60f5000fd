using Plrs.MLNet.Common;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet;

/// <summary>
/// The wide residual networks of Zagoruyko and Komodakis 2016 for small images: three stages of pre-activation blocks, some times as wide
/// as those of <see cref="CifarResNet"/>.
/// </summary>
/// <remarks>The weights' names are those of the commonly published PyTorch implementations.</remarks>
public sealed class WideResNet : NetworkDefinition
{
    internal const string Kind = "WideResNet";
    private const int Deepest = 1000;
    private const int Widest = 100;

    /// <summary>Describes a network, WRN-depth-width.</summary>
    /// <param name="depth">The number of layers with weights: 6n + 4, from 10 to 1000. The paper's best have 28.</param>
    /// <param name="width">The factor of the width, from 1 to 100.</param>
    /// <param name="dropout">
    /// The share of values that become zero between the convolutions of a block, at least 0 and less than 1. Default 0.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public WideResNet(int depth, int width, double dropout = 0)
        : base(Kind, ("depth", depth), ("width", width), ("dropout", dropout))
    {
        Depth = depth is >= 10 and <= Deepest && depth % 6 == 4
            ? depth
            : throw ArgumentChecks.Refused(nameof(depth), depth, $"6n + 4, from 10 to {Deepest}");
        Width = ArgumentChecks.Within(1, Widest, width);
        Dropout = ArgumentChecks.Share(dropout);
    }

    /// <summary>The number of layers with weights.</summary>
    public int Depth { get; }

    /// <summary>The factor of the width.</summary>
    public int Width { get; }

    /// <summary>The share of values that become zero between the convolutions of a block.</summary>
    public double Dropout { get; }

    /// <inheritdoc/>
    protected override string HeadName => "fc";

    internal static WideResNet Create(NetworkArguments arguments) =>
        new(arguments.WholeNumber("depth"), arguments.WholeNumber("width"), arguments.Number("dropout"));

    /// <inheritdoc/>
    protected override Layer DescribeFeatures(Layer images)
    {
        var x = images.InGroup("conv1").Convolution("conv1", 16, kernel: 3);
        for (var stage = 1; stage <= 3; stage++)
        {
            x = x.InGroup($"block{stage}");
            for (var block = 0; block < (Depth - 4) / 6; block++)
            {
                x = Block(x, $"block{stage}.layer.{block}", (16 << (stage - 1)) * Width, stride: stage > 1 && block == 0 ? 2 : 1);
            }
        }

        return x.BatchNorm("bn1").Relu().GlobalAveragePool();
    }

    // Where the shape changes, the shortcut begins after the first activation, which both ways then share.
    private Layer Block(Layer x, string name, int channels, int stride)
    {
        var activated = x.BatchNorm($"{name}.bn1").Relu();
        var shortcut = x.Shape.Channels == channels && stride == 1
            ? x
            : activated.Convolution($"{name}.convShortcut", channels, kernel: 1, stride);
        return activated.Convolution($"{name}.conv1", channels, kernel: 3, stride).BatchNorm($"{name}.bn2").Relu()
            .Dropout(Dropout)
            .Convolution($"{name}.conv2", channels, kernel: 3)
            .Add(shortcut);
    }
}
