using Plrs.MLNet.Common;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet;

/// <summary>
/// MobileNetV2 (Sandler et al. 2018) for photos of 224×224 pixels: blocks that widen, convolve each channel apart, and narrow again.
/// </summary>
/// <remarks>The weights' names are torchvision's.</remarks>
public sealed class MobileNetV2 : NetworkDefinition
{
    internal const string Kind = "MobileNetV2";

    // Expansion, channels, blocks, and the stride of the first: table 2 of the paper.
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    /// <summary>Describes a network of a width.</summary>
    /// <param name="width">The factor of the channels, above 0 and at most 8. Default 1.</param>
    /// <param name="dropout">The share of features that become zero, at least 0 and less than 1. Default 0.2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public MobileNetV2(double width = 1, double dropout = 0.2)
        : base(Kind, ("width", width), ("dropout", dropout))
    {
        Width = ArgumentChecks.PositiveUpTo(InvertedResidual.Widest, width);
        Dropout = ArgumentChecks.Share(dropout);
    }

    /// <summary>The factor of the channels.</summary>
    public double Width { get; }

    /// <summary>The share of features that become zero.</summary>
    public double Dropout { get; }

    /// <inheritdoc/>
    public override int ImageSize => 224;

    /// <inheritdoc/>
    protected override string HeadName => "classifier.1";

    internal static MobileNetV2 Create(NetworkArguments arguments) => new(arguments.Number("width"), arguments.Number("dropout"));

    /// <inheritdoc/>
    protected override Layer DescribeFeatures(Layer images)
    {
        var x = Block(images.InGroup("stem"), "features.0", InvertedResidual.RoundedChannels(32 * Width), kernel: 3, stride: 2);
        var number = 1;
        for (var stage = 0; stage < Stages.Length; stage++)
        {
            var (expansion, channels, blocks, stride) = Stages[stage];
            x = x.InGroup($"stage{stage + 1}");
            for (var block = 0; block < blocks; block++)
            {
                x = Residual(
                    x, $"features.{number++}.conv", expansion, InvertedResidual.RoundedChannels(channels * Width), block == 0 ? stride : 1);
            }
        }

        return Block(x.InGroup("last"), $"features.{number}", InvertedResidual.RoundedChannels(1280 * Math.Max(1, Width)), kernel: 1)
            .GlobalAveragePool().Dropout(Dropout);
    }

    private static Layer Residual(Layer x, string name, int expansion, int channels, int stride)
    {
        var wide = expansion * x.Shape.Channels;
        var part = 0;
        var y = expansion == 1 ? x : Block(x, $"{name}.{part++}", wide, kernel: 1);
        y = Block(y, $"{name}.{part++}", wide, kernel: 3, stride, groups: wide);
        y = y.Convolution($"{name}.{part++}", channels, kernel: 1).BatchNorm($"{name}.{part}");
        return stride == 1 && x.Shape.Channels == channels ? y.Add(x) : y;
    }

    private static Layer Block(Layer x, string name, int channels, int kernel, int stride = 1, int groups = 1) =>
        x.Convolution($"{name}.0", channels, kernel, stride, groups: groups).BatchNorm($"{name}.1").Relu6();
}
