using Plrs.MLNet.Common;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet;

/// <summary>
/// The residual networks of He et al. 2016, section 4.1, for photos of 224×224 pixels: a stem that brings the image to a quarter of its
/// size, and four stages of blocks. With the stem for small images, a 3×3 convolution that keeps the size, they are for images of 32×32.
/// </summary>
/// <remarks>The weights' names are torchvision's, and as there, it is the 3×3 convolution of a bottleneck that halves the image.</remarks>
public sealed class ResNet : NetworkDefinition
{
    internal const string Kind = "ResNet";
    private const int BottleneckExpansion = 4;
    private const int MostBlocks = 1000;
    private const int Widest = 16;

    private readonly int[] _blocks;

    /// <summary>Describes a network by its blocks.</summary>
    /// <param name="hasBottlenecks">
    /// Whether a block is a bottleneck of three convolutions, as from ResNet-50 on, and not two 3×3 convolutions.
    /// </param>
    /// <param name="blocks1">The blocks of the first stage, at least 1.</param>
    /// <param name="blocks2">The blocks of the second stage, at least 1.</param>
    /// <param name="blocks3">The blocks of the third stage, at least 1.</param>
    /// <param name="blocks4">The blocks of the fourth stage, at least 1.</param>
    /// <param name="isForSmallImages">Whether the stem keeps the size of the image. Default <see langword="false"/>.</param>
    /// <param name="width">
    /// The factor of the channels between a bottleneck's 1×1 convolutions, from 1 to 16: 2 makes torchvision's wide networks. Blocks
    /// without bottlenecks take 1 alone. Default 1.
    /// </param>
    /// <param name="dropout">The share of features that become zero, at least 0 and less than 1. Default 0, as in the paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range; of blocks there are from 1 to 1000.</exception>
    public ResNet(
        bool hasBottlenecks,
        int blocks1,
        int blocks2,
        int blocks3,
        int blocks4,
        bool isForSmallImages = false,
        int width = 1,
        double dropout = 0)
        : base(
            Kind,
            ("bottlenecks", hasBottlenecks ? 1 : 0),
            ("blocks1", blocks1),
            ("blocks2", blocks2),
            ("blocks3", blocks3),
            ("blocks4", blocks4),
            ("smallImages", isForSmallImages ? 1 : 0),
            ("width", width),
            ("dropout", dropout))
    {
        _blocks =
        [
            ArgumentChecks.Within(1, MostBlocks, blocks1),
            ArgumentChecks.Within(1, MostBlocks, blocks2),
            ArgumentChecks.Within(1, MostBlocks, blocks3),
            ArgumentChecks.Within(1, MostBlocks, blocks4),
        ];
        HasBottlenecks = hasBottlenecks;
        IsForSmallImages = isForSmallImages;
        Width = ArgumentChecks.Within(1, hasBottlenecks ? Widest : 1, width);
        Dropout = ArgumentChecks.Share(dropout);
    }

    /// <summary>Whether a block is a bottleneck of three convolutions, and not two 3×3 convolutions.</summary>
    public bool HasBottlenecks { get; }

    /// <summary>The number of blocks in each of the four stages.</summary>
    public IReadOnlyList<int> Blocks => _blocks;

    /// <summary>The number of layers with weights, as the paper counts them: 18 for two blocks of two convolutions in each stage.</summary>
    public int Depth => 2 + (_blocks.Sum() * (HasBottlenecks ? 3 : 2));

    /// <summary>Whether the stem keeps the size of the image.</summary>
    public bool IsForSmallImages { get; }

    /// <summary>The factor of the channels between a bottleneck's 1×1 convolutions.</summary>
    public int Width { get; }

    /// <summary>The share of features that become zero.</summary>
    public double Dropout { get; }

    /// <inheritdoc/>
    public override int ImageSize => IsForSmallImages ? 32 : 224;

    /// <inheritdoc/>
    protected override string HeadName => "fc";

    /// <summary>The network of a depth of the paper.</summary>
    /// <param name="depth">18, 34, 50, 101 or 152.</param>
    /// <param name="isForSmallImages">Whether the stem keeps the size of the image. Default <see langword="false"/>.</param>
    /// <param name="width">
    /// The factor of the channels between a bottleneck's 1×1 convolutions, from 1 to 16; 1 alone for depths 18 and 34. Default 1.
    /// </param>
    /// <param name="dropout">The share of features that become zero, at least 0 and less than 1. Default 0.</param>
    /// <returns>The network.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="depth"/> is none of these, or another number is not in its range.
    /// </exception>
    public static ResNet OfDepth(int depth, bool isForSmallImages = false, int width = 1, double dropout = 0) => depth switch
    {
        18 => new(false, 2, 2, 2, 2, isForSmallImages, width, dropout),
        34 => new(false, 3, 4, 6, 3, isForSmallImages, width, dropout),
        50 => new(true, 3, 4, 6, 3, isForSmallImages, width, dropout),
        101 => new(true, 3, 4, 23, 3, isForSmallImages, width, dropout),
        152 => new(true, 3, 8, 36, 3, isForSmallImages, width, dropout),
        _ => throw ArgumentChecks.Refused(nameof(depth), depth, "18, 34, 50, 101 or 152"),
    };

    internal static ResNet Create(NetworkArguments arguments) => new(
        arguments.Flag("bottlenecks"),
        arguments.WholeNumber("blocks1"),
        arguments.WholeNumber("blocks2"),
        arguments.WholeNumber("blocks3"),
        arguments.WholeNumber("blocks4"),
        arguments.Flag("smallImages"),
        arguments.WholeNumber("width"),
        arguments.Number("dropout"));

    /// <inheritdoc/>
    protected override Layer DescribeFeatures(Layer images)
    {
        var x = images.InGroup("stem");
        x = IsForSmallImages
            ? x.Convolution("conv1", 64, kernel: 3).BatchNorm("bn1").Relu()
            : x.Convolution("conv1", 64, kernel: 7, stride: 2).BatchNorm("bn1").Relu().MaxPool(kernel: 3, stride: 2, padding: 1);
        for (var stage = 1; stage <= _blocks.Length; stage++)
        {
            x = x.InGroup($"layer{stage}");
            var width = 64 << (stage - 1);
            for (var block = 0; block < _blocks[stage - 1]; block++)
            {
                var stride = stage > 1 && block == 0 ? 2 : 1;
                var name = $"layer{stage}.{block}";
                x = HasBottlenecks ? Bottleneck(x, name, width, stride) : Basic(x, name, width, stride);
            }
        }

        return x.GlobalAveragePool().Dropout(Dropout);
    }

    private static Layer Basic(Layer x, string name, int width, int stride) =>
        x.Convolution($"{name}.conv1", width, kernel: 3, stride).BatchNorm($"{name}.bn1").Relu()
            .Convolution($"{name}.conv2", width, kernel: 3).BatchNorm($"{name}.bn2")
            .Add(Shortcut(x, name, width, stride)).Relu();

    private Layer Bottleneck(Layer x, string name, int width, int stride) =>
        x.Convolution($"{name}.conv1", Width * width, kernel: 1).BatchNorm($"{name}.bn1").Relu()
            .Convolution($"{name}.conv2", Width * width, kernel: 3, stride).BatchNorm($"{name}.bn2").Relu()
            .Convolution($"{name}.conv3", BottleneckExpansion * width, kernel: 1).BatchNorm($"{name}.bn3")
            .Add(Shortcut(x, name, BottleneckExpansion * width, stride)).Relu();

    // Option B: a projection where the shape changes.
    private static Layer Shortcut(Layer x, string name, int channels, int stride) => stride == 1 && x.Shape.Channels == channels
        ? x
        : x.Convolution($"{name}.downsample.0", channels, kernel: 1, stride).BatchNorm($"{name}.downsample.1");
}
