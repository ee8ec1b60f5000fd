using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Networks;

/// <summary>
/// The densely connected networks of Huang et al. 2017 with bottlenecks and compression, for photos of 224×224 pixels: DenseNet-121, -169 and
/// -201, with a growth of 32.
/// </summary>
/// <remarks>The weights' names are torchvision's.</remarks>
public sealed class DenseNetBC : NetworkDefinition
{
    internal const string Kind = "DenseNetBC";
    private const int Growth = 32;
    private const int BottleneckWidth = 4 * Growth;

    private static readonly Dictionary<int, int[]> LayersByDepth = new()
    {
        [121] = [6, 12, 24, 16],
        [169] = [6, 12, 32, 32],
        [201] = [6, 12, 48, 32],
    };

    private readonly int[] _layers;

    /// <summary>Describes a network of a depth.</summary>
    /// <param name="depth">The number of layers with weights: 121, 169 or 201.</param>
    /// <param name="dropout">The share of values that become zero after each 3×3 convolution, at least 0 and less than 1. Default 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not one of those allowed.</exception>
    public DenseNetBC(int depth, double dropout = 0)
        : base(Kind, ("depth", depth), ("dropout", dropout))
    {
        _layers = LayersByDepth.GetValueOrDefault(depth) ?? throw new ArgumentOutOfRangeException(nameof(depth), depth, "depth must be 121, 169 or 201.");
        Depth = depth;
        Dropout = ArgumentChecks.Share(dropout);
    }

    /// <summary>The number of layers with weights.</summary>
    public int Depth { get; }

    /// <summary>The share of values that become zero after each 3×3 convolution.</summary>
    public double Dropout { get; }

    /// <inheritdoc/>
    public override int ImageSize => 224;

    /// <inheritdoc/>
    protected override string HeadName => "classifier";

    internal static DenseNetBC Create(NetworkArguments arguments) => new(arguments.WholeNumber("depth"), arguments.Number("dropout"));

    /// <inheritdoc/>
    protected override Layer DescribeFeatures(Layer images)
    {
        var x = images.InGroup("stem").Convolution("features.conv0", 64, kernel: 7, stride: 2).BatchNorm("features.norm0").Relu()
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
                x = x.BatchNorm($"{name}.norm").Relu().Convolution($"{name}.conv", x.Shape.Channels / 2, kernel: 1).AveragePool(kernel: 2, stride: 2);
            }
        }

        return x.BatchNorm("features.norm5").Relu().GlobalAveragePool();
    }

    private Layer DenseLayer(Layer x, string name) =>
        x.BatchNorm($"{name}.norm1").Relu().Convolution($"{name}.conv1", BottleneckWidth, kernel: 1)
            .BatchNorm($"{name}.norm2").Relu().Convolution($"{name}.conv2", Growth, kernel: 3)
            .Dropout(Dropout);
}
