using Plrs.MLNet.Common;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet;

/// <summary>MobileNetV3, small and large (Howard et al. 2019), for photos of 224×224 pixels.</summary>
/// <remarks>The weights' names are torchvision's.</remarks>
public sealed class MobileNetV3 : NetworkDefinition
{
    internal const string Kind = "MobileNetV3";
    private const double NormEpsilon = 1e-3;
    private const double NormMomentum = 0.01;

    // Tables 1 and 2 of the paper: kernel, expanded channels, channels, squeeze and excitation, hard swish, stride.
    private static readonly Row[] Large =
    [
        new(3, 16, 16, false, false, 1), new(3, 64, 24, false, false, 2), new(3, 72, 24, false, false, 1),
        new(5, 72, 40, true, false, 2), new(5, 120, 40, true, false, 1), new(5, 120, 40, true, false, 1),
        new(3, 240, 80, false, true, 2), new(3, 200, 80, false, true, 1), new(3, 184, 80, false, true, 1), new(3, 184, 80, false, true, 1),
        new(3, 480, 112, true, true, 1), new(3, 672, 112, true, true, 1),
        new(5, 672, 160, true, true, 2), new(5, 960, 160, true, true, 1), new(5, 960, 160, true, true, 1),
    ];

    private static readonly Row[] Small =
    [
        new(3, 16, 16, true, false, 2), new(3, 72, 24, false, false, 2), new(3, 88, 24, false, false, 1),
        new(5, 96, 40, true, true, 2), new(5, 240, 40, true, true, 1), new(5, 240, 40, true, true, 1),
        new(5, 120, 48, true, true, 1), new(5, 144, 48, true, true, 1),
        new(5, 288, 96, true, true, 2), new(5, 576, 96, true, true, 1), new(5, 576, 96, true, true, 1),
    ];

    /// <summary>Describes a network.</summary>
    /// <param name="isLarge">Whether it is the large one.</param>
    /// <param name="width">The factor of the channels, above 0 and at most 8. Default 1.</param>
    /// <param name="dropout">The share of values that become zero before the head, at least 0 and less than 1. Default 0.2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public MobileNetV3(bool isLarge, double width = 1, double dropout = 0.2)
        : base(Kind, ("large", isLarge ? 1 : 0), ("width", width), ("dropout", dropout))
    {
        IsLarge = isLarge;
        Width = ArgumentChecks.PositiveUpTo(InvertedResidual.Widest, width);
        Dropout = ArgumentChecks.Share(dropout);
    }

    /// <summary>Whether it is the large one.</summary>
    public bool IsLarge { get; }

    /// <summary>The factor of the channels.</summary>
    public double Width { get; }

    /// <summary>The share of values that become zero before the head.</summary>
    public double Dropout { get; }

    /// <inheritdoc/>
    public override int ImageSize => 224;

    /// <inheritdoc/>
    protected override string HeadName => "classifier.3";

    internal static MobileNetV3 Create(NetworkArguments arguments) =>
        new(arguments.Flag("large"), arguments.Number("width"), arguments.Number("dropout"));

    /// <inheritdoc/>
    protected override Layer DescribeFeatures(Layer images)
    {
        Row[] rows =
        [
            .. (IsLarge ? Large : Small).Select(row => row with { Expanded = Channels(row.Expanded), Channels = Channels(row.Channels) }),
        ];
        var x = Norm(images.InGroup("stem").Convolution("features.0.0", Channels(16), kernel: 3, stride: 2), "features.0.1").HardSwish();
        for (var i = 0; i < rows.Length; i++)
        {
            // Blocks of the same resolution are a group.
            x = Block(
                rows[i].Stride == 2 || i == 0 ? x.InGroup($"stage{rows.Take(i + 1).Count(row => row.Stride == 2) + 1}") : x,
                $"features.{i + 1}.block",
                rows[i]);
        }

        var last = $"features.{rows.Length + 1}";
        return Norm(x.InGroup("last").Convolution($"{last}.0", 6 * x.Shape.Channels, kernel: 1), $"{last}.1").HardSwish()
            .GlobalAveragePool()
            .Linear("classifier.0", Channels(IsLarge ? 1280 : 1024)).HardSwish().Dropout(Dropout);
    }

    private int Channels(int channels) => InvertedResidual.RoundedChannels(channels * Width);

    private static Layer Block(Layer x, string name, Row row)
    {
        var part = 0;
        var y = row.Expanded == x.Shape.Channels ? x : Convolution(x, row.Expanded, kernel: 1);
        y = Convolution(y, row.Expanded, row.Kernel, row.Stride, groups: row.Expanded);
        if (row.HasSqueeze)
        {
            y = InvertedResidual.SqueezeAndExcite(
                y,
                $"{name}.{part++}",
                InvertedResidual.RoundedChannels(row.Expanded / 4),
                layer => layer.Relu(),
                layer => layer.HardSigmoid());
        }

        y = Norm(y.Convolution($"{name}.{part}.0", row.Channels, kernel: 1), $"{name}.{part}.1");
        return row.Stride == 1 && row.Channels == x.Shape.Channels ? y.Add(x) : y;

        Layer Convolution(Layer layer, int channels, int kernel, int stride = 1, int groups = 1)
        {
            var normed = Norm(layer.Convolution($"{name}.{part}.0", channels, kernel, stride, groups: groups), $"{name}.{part}.1");
            part++;
            return row.HasHardSwish ? normed.HardSwish() : normed.Relu();
        }
    }

    private static Layer Norm(Layer x, string name) => x.BatchNorm(name, NormEpsilon, NormMomentum);

    private readonly record struct Row(int Kernel, int Expanded, int Channels, bool HasSqueeze, bool HasHardSwish, int Stride);
}
