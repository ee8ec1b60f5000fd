using Plrs.MLNet.Common;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet;

/// <summary>
/// The networks of Simonyan and Zisserman 2015 with batch norm: five stages of 3×3 convolutions, each followed by max pooling. For photos
/// of 224×224 pixels three linear layers follow, the last of which is the head, behind a pooling that brings photos of other sizes to the
/// same 7×7 pixels; for images of 32×32 the head alone.
/// </summary>
/// <remarks>The weights' names are torchvision's.</remarks>
public sealed class Vgg : NetworkDefinition
{
    internal const string Kind = "VGG";
    private const int PooledSize = 7;
    private const int LinearWidth = 4096;

    private static readonly Dictionary<int, int[]> ConvolutionsByDepth = new()
    {
        [11] = [1, 1, 2, 2, 2],
        [13] = [2, 2, 2, 2, 2],
        [16] = [2, 2, 3, 3, 3],
        [19] = [2, 2, 4, 4, 4],
    };

    private readonly int[] _convolutions;

    /// <summary>Describes a network of a depth.</summary>
    /// <param name="depth">The number of layers with weights: 11, 13, 16 or 19.</param>
    /// <param name="isForSmallImages">Whether it is for images of 32×32 pixels. Default <see langword="false"/>.</param>
    /// <param name="dropout">
    /// The share of values that become zero after each of the linear layers before the head, or of the features where there are none, at
    /// least 0 and less than 1. Default 0.5.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not one of those allowed.</exception>
    public Vgg(int depth, bool isForSmallImages = false, double dropout = 0.5)
        : base(Kind, ("depth", depth), ("smallImages", isForSmallImages ? 1 : 0), ("dropout", dropout))
    {
        _convolutions = ConvolutionsByDepth.GetValueOrDefault(depth)
            ?? throw ArgumentChecks.Refused(nameof(depth), depth, "11, 13, 16 or 19");
        Depth = depth;
        IsForSmallImages = isForSmallImages;
        Dropout = ArgumentChecks.Share(dropout);
    }

    /// <summary>The number of layers with weights.</summary>
    public int Depth { get; }

    /// <summary>Whether it is for images of 32×32 pixels.</summary>
    public bool IsForSmallImages { get; }

    /// <summary>
    /// The share of values that become zero after each of the linear layers before the head, or of the features where there are none.
    /// </summary>
    public double Dropout { get; }

    /// <inheritdoc/>
    public override int ImageSize => IsForSmallImages ? 32 : 224;

    /// <inheritdoc/>
    protected override string HeadName => IsForSmallImages ? "classifier" : "classifier.6";

    internal static Vgg Create(NetworkArguments arguments) =>
        new(arguments.WholeNumber("depth"), arguments.Flag("smallImages"), arguments.Number("dropout"));

    /// <inheritdoc/>
    protected override Layer DescribeFeatures(Layer images)
    {
        var x = images;
        var number = 0;
        for (var stage = 0; stage < _convolutions.Length; stage++)
        {
            x = x.InGroup($"stage{stage + 1}");
            for (var i = 0; i < _convolutions[stage]; i++)
            {
                // A convolution, its norm and its rectifier each have a number.
                x = x.Convolution($"features.{number}", Math.Min(64 << stage, 512), kernel: 3, bias: true)
                    .BatchNorm($"features.{number + 1}").Relu();
                number += 3;
            }

            x = x.MaxPool(kernel: 2, stride: 2);
            number++;
        }

        return IsForSmallImages
            ? x.GlobalAveragePool().Dropout(Dropout)
            : x.InGroup("classifier").AdaptiveAveragePool(PooledSize).Flatten()
                .Linear("classifier.0", LinearWidth).Relu().Dropout(Dropout)
                .Linear("classifier.3", LinearWidth).Relu().Dropout(Dropout);
    }
}
