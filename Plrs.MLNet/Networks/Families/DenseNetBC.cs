using Plrs.MLNet.Common;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet;

/// <summary>
/// The densely connected networks of Huang et al. 2017 with bottlenecks and compression, for photos of 224×224 pixels: DenseNet-121, -169
/// and -201 with a growth of 32, and -161 with one of 48.
/// </summary>
/// <remarks>The weights' names are torchvision's.</remarks>
public sealed class DenseNetBC : NetworkDefinition
{
    internal const string Kind = "DenseNetBC";
    private const int LargestGrowth = 256;

    private static readonly Dictionary<int, int[]> LayersByDepth = new()
    {
        [121] = [6, 12, 24, 16],
        [161] = [6, 12, 36, 24],
        [169] = [6, 12, 32, 32],
        [201] = [6, 12, 48, 32],
    };

    private readonly int[] _layers;

    /// <summary>Describes a network of a depth.</summary>
    /// <param name="depth">The number of layers with weights: 121, 161, 169 or 201.</param>
    /// <param name="growth">
    /// The channels that each layer adds, from 1 to 256; the stem has twice as many, and a bottleneck four times. Default 32.
    /// </param>
    /// <param name="dropout">
    /// The share of values that become zero after each 3×3 convolution, at least 0 and less than 1. Default 0.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not one of those allowed.</exception>
    public DenseNetBC(int depth, int growth = 32, double dropout = 0)
        : base(Kind, ("depth", depth), ("growth", growth), ("dropout", dropout))
    {
        _layers = LayersByDepth.GetValueOrDefault(depth) ?? throw ArgumentChecks.Refused(nameof(depth), depth, "121, 161, 169 or 201");
        Depth = depth;
        Growth = ArgumentChecks.Within(1, LargestGrowth, growth);
        Dropout = ArgumentChecks.Share(dropout);
    }

    /// <summary>The number of layers with weights.</summary>
    public int Depth { get; }

    /// <summary>The channels that each layer adds.</summary>
    public int Growth { get; }

    /// <summary>The share of values that become zero after each 3×3 convolution.</summary>
    public double Dropout { get; }

    /// <inheritdoc/>
    public override int ImageSize => 224;

    /// <inheritdoc/>
    protected override string HeadName => "classifier";

    internal static DenseNetBC Create(NetworkArguments arguments) =>
        new(arguments.WholeNumber("depth"), arguments.WholeNumber("growth"), arguments.Number("dropout"));

    /// <inheritdoc/>
    protected override Layer DescribeFeatures(Layer images)
    {
        var x = images.InGroup("stem").Convolution("features.conv0", 2 * Growth, kernel: 7, stride: 2).BatchNorm("features.norm0").Relu()
            .MaxPool(kernel: 3, stride: 2, padding: 1);
        for (var block = 1; block <= _layers.Length; block++)
        {
            x = x.InGroup($"denseblock{block}");
            for (var layer = 1; layer <= _layers[block - 1]; layer++)
            {
                x = x.Concat(DenseLayer(x, $"features.denseblock{block}.denselayer{layer}"));
            }

            if (block < _layers.Length)
            {
                var name = $"features.transition{block}";
                x = x.BatchNorm($"{name}.norm").Relu()
                    .Convolution($"{name}.conv", x.Shape.Channels / 2, kernel: 1)
                    .AveragePool(kernel: 2, stride: 2);
            }
        }

        return x.BatchNorm("features.norm5").Relu().GlobalAveragePool();
    }

    private Layer DenseLayer(Layer x, string name) =>
        x.BatchNorm($"{name}.norm1").Relu().Convolution($"{name}.conv1", 4 * Growth, kernel: 1)
            .BatchNorm($"{name}.norm2").Relu().Convolution($"{name}.conv2", Growth, kernel: 3)
            .Dropout(Dropout);
}
