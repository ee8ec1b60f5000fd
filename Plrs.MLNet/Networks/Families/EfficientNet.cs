using Plrs.MLNet.Common;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet;

/// <summary>The EfficientNets of Tan and Le 2019: B0, for photos of 224×224 pixels, and those that are wider and deeper.</summary>
/// <remarks>
/// The weights' names are torchvision's. The wider ones are meant for larger images: set <see cref="ImageOptions.Size"/>. Their norms are
/// those of B0 to B4.
/// </remarks>
public sealed class EfficientNet : NetworkDefinition
{
    internal const string Kind = "EfficientNet";
    private const double Deepest = 8;

    // Expansion, kernel, stride, channels, blocks: table 1 of the paper.
    private static readonly (int Expansion, int Kernel, int Stride, int Channels, int Blocks)[] Stages =
        [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1)];

    /// <summary>
    /// Describes a network of a width and depth: 1 and 1 for B0; 1 and 1.1 for B1; 1.1 and 1.2; 1.2 and 1.4; 1.4 and 1.8; 1.6 and 2.2; 1.8
    /// and 2.6; 2 and 3.1 for B7.
    /// </summary>
    /// <param name="width">The factor of the channels, above 0 and at most 8. Default 1.</param>
    /// <param name="depth">The factor of the blocks of each stage, above 0 and at most 8; their number is rounded up. Default 1.</param>
    /// <param name="dropout">The share of features that become zero, at least 0 and less than 1. Default 0.2.</param>
    /// <param name="stochasticDepth">
    /// What the share of images for which a block is left out grows to, at least 0 and less than 1: block i of n, from 0, has the share i /
    /// n of it. Default 0.2.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public EfficientNet(double width = 1, double depth = 1, double dropout = 0.2, double stochasticDepth = 0.2)
        : base(Kind, ("width", width), ("depth", depth), ("dropout", dropout), ("stochasticDepth", stochasticDepth))
    {
        Width = ArgumentChecks.PositiveUpTo(InvertedResidual.Widest, width);
        Depth = ArgumentChecks.PositiveUpTo(Deepest, depth);
        Dropout = ArgumentChecks.Share(dropout);
        StochasticDepth = ArgumentChecks.Share(stochasticDepth);
    }

    /// <summary>The factor of the channels.</summary>
    public double Width { get; }

    /// <summary>The factor of the blocks of each stage.</summary>
    public double Depth { get; }

    /// <summary>The share of features that become zero.</summary>
    public double Dropout { get; }

    /// <summary>What the share of images for which a block is left out grows to, from the first block to the end.</summary>
    public double StochasticDepth { get; }

    /// <inheritdoc/>
    public override int ImageSize => 224;

    /// <inheritdoc/>
    protected override string HeadName => "classifier.1";

    internal static EfficientNet Create(NetworkArguments arguments) =>
        new(arguments.Number("width"), arguments.Number("depth"), arguments.Number("dropout"), arguments.Number("stochasticDepth"));

    /// <inheritdoc/>
    protected override Layer DescribeFeatures(Layer images)
    {
        var x = Block(images.InGroup("stem"), "features.0", Channels(32), kernel: 3, stride: 2);
        var total = Stages.Sum(stage => Blocks(stage.Blocks));
        var number = 0;
        for (var i = 0; i < Stages.Length; i++)
        {
            var stage = Stages[i];
            x = x.InGroup($"stage{i + 1}");
            for (var block = 0; block < Blocks(stage.Blocks); block++)
            {
                x = Residual(
                    x, $"features.{i + 1}.{block}.block", stage.Expansion, stage.Kernel, block == 0 ? stage.Stride : 1,
                    Channels(stage.Channels), StochasticDepth * number++ / total);
            }
        }

        return Block(x.InGroup("last"), $"features.{Stages.Length + 1}", 4 * x.Shape.Channels, kernel: 1).GlobalAveragePool().Dropout(
            Dropout);
    }

    private int Channels(int channels) => InvertedResidual.RoundedChannels(channels * Width);

    private int Blocks(int blocks) => (int)Math.Ceiling(blocks * Depth);

    private static Layer Residual(Layer x, string name, int expansion, int kernel, int stride, int channels, double dropped)
    {
        var wide = expansion * x.Shape.Channels;
        var part = 0;
        var y = expansion == 1 ? x : Block(x, $"{name}.{part++}", wide, kernel: 1);
        y = Block(y, $"{name}.{part++}", wide, kernel, stride, groups: wide);

        // The squeezed channels are a quarter of the block's input, not of what it is widened to.
        y = InvertedResidual.SqueezeAndExcite(
            y, $"{name}.{part++}", Math.Max(1, x.Shape.Channels / 4), layer => layer.Silu(), layer => layer.Sigmoid());
        y = y.Convolution($"{name}.{part}.0", channels, kernel: 1).BatchNorm($"{name}.{part}.1");
        return stride == 1 && x.Shape.Channels == channels ? y.StochasticDepth(dropped).Add(x) : y;
    }

    private static Layer Block(Layer x, string name, int channels, int kernel, int stride = 1, int groups = 1) =>
        x.Convolution($"{name}.0", channels, kernel, stride, groups: groups).BatchNorm($"{name}.1").Silu();
}
