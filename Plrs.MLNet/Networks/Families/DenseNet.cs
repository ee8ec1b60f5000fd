using Plrs.MLNet.Common;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet;

/// <summary>
/// The densely connected networks of Huang et al. 2017 without bottlenecks, for small images: three stages in which each layer takes the
/// results of all before it. DenseNet-40-12 has a depth of 40 and a growth of 12.
/// </summary>
/// <remarks>The weights' names are those of the commonly published PyTorch implementations.</remarks>
public sealed class DenseNet : NetworkDefinition
{
    internal const string Kind = "DenseNet";
    private const int Deepest = 400;
    private const int LargestGrowth = 256;

    /// <summary>Describes a network, DenseNet-depth-growth.</summary>
    /// <param name="depth">The number of layers with weights: 3n + 4, from 7 to 400.</param>
    /// <param name="growth">The channels that each layer adds, from 1 to 256.</param>
    /// <param name="dropout">The share of values that become zero after each convolution, at least 0 and less than 1. Default 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public DenseNet(int depth, int growth, double dropout = 0)
        : base(Kind, ("depth", depth), ("growth", growth), ("dropout", dropout))
    {
        Depth = depth is >= 7 and <= Deepest && depth % 3 == 1
            ? depth
            : throw ArgumentChecks.Refused(nameof(depth), depth, $"3n + 4, from 7 to {Deepest}");
        Growth = ArgumentChecks.Within(1, LargestGrowth, growth);
        Dropout = ArgumentChecks.Share(dropout);
    }

    /// <summary>The number of layers with weights.</summary>
    public int Depth { get; }

    /// <summary>The channels that each layer adds.</summary>
    public int Growth { get; }

    /// <summary>The share of values that become zero after each convolution.</summary>
    public double Dropout { get; }

    /// <inheritdoc/>
    protected override string HeadName => "fc";

    internal static DenseNet Create(NetworkArguments arguments) =>
        new(arguments.WholeNumber("depth"), arguments.WholeNumber("growth"), arguments.Number("dropout"));

    /// <inheritdoc/>
    protected override Layer DescribeFeatures(Layer images)
    {
        var x = images.InGroup("conv1").Convolution("conv1", 16, kernel: 3);
        for (var stage = 1; stage <= 3; stage++)
        {
            x = x.InGroup($"block{stage}");
            for (var layer = 0; layer < (Depth - 4) / 3; layer++)
            {
                var name = $"block{stage}.layer.{layer}";
                var added = x.BatchNorm($"{name}.bn1").Relu().Convolution($"{name}.conv1", Growth, kernel: 3).Dropout(Dropout);
                x = x.Concat(added);
            }

            if (stage < 3)
            {
                x = x.BatchNorm($"trans{stage}.bn1").Relu().Convolution($"trans{stage}.conv1", x.Shape.Channels, kernel: 1).Dropout(Dropout)
                    .AveragePool(kernel: 2, stride: 2);
            }
        }

        return x.BatchNorm("bn1").Relu().GlobalAveragePool();
    }
}
