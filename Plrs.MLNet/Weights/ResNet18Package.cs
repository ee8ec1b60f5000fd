using System.Runtime.InteropServices;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet.Weights;

/// <summary>
/// The ResNet-18 of ML.NET's package Microsoft.ML.DnnImageFeaturizer.ResNet18, trained on ImageNet with CNTK: an ONNX file without a head
/// that the package puts beside the program. It takes blue, green and red from 0 to 255, less a mean image.
/// </summary>
internal static class ResNet18Package
{
    public const string Name = "Microsoft.ML.DnnImageFeaturizer.ResNet18";

    private const float White = 255;
    private const string FirstWeight = "conv1.weight";

    /// <summary>
    /// The mean of red, green and blue of the package's mean image, whose pixels differ little: their own would tie the network to one
    /// place and size.
    /// </summary>
    private static readonly float[] MeanColor = [123.15f / White, 115.90f / White, 103.06f / White];

    /// <summary>Where the package puts the file.</summary>
    public static string FilePath => Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx");

    /// <summary>
    /// How its network takes images once they are read by <see cref="Read"/>: red, green and blue less the mean, over ImageNet's standard
    /// deviations.
    /// </summary>
    public static ImageNormalization Input { get; } = new(MeanColor, [.. ImageNormalization.ImageNet.StandardDeviation]);

    /// <summary>Reads the weights by the names of a network's tensors.</summary>
    /// <exception cref="FormatException">The file is another.</exception>
    public static IReadOnlyDictionary<string, WeightTensor> Read(string path, NetworkGraph graph)
    {
        using var stream = File.OpenRead(path);
        try
        {
            var source = new FileSource(stream, new MemoryAllowance(stream.Length));
            var weights = OnnxStructure.Match(OnnxReader.ReadNodes(source), OnnxReader.Read(source), graph);
            TakeNormalizedRgb(weights[FirstWeight], graph);
            return weights;
        }
        catch (FormatException e)
        {
            throw new FormatException($"The weights in '{path}' cannot be used: {e.Message}.", e);
        }
    }

    /// <summary>
    /// The first convolution's weights for red, green and blue that are normalised, instead of blue, green and red from 0 to 255: its
    /// results stay as they are.
    /// </summary>
    private static void TakeNormalizedRgb(WeightTensor weight, NetworkGraph graph)
    {
        var shape = graph.Tensors.Single(tensor => tensor.Name == FirstWeight).Shape;
        var (filters, channels, area) = (shape[0], shape[1], shape[2] * shape[3]);
        var values = MemoryMarshal.Cast<byte, float>(weight.Bytes.AsSpan());
        for (var filter = 0; filter < filters; filter++)
        {
            var ofFilter = values.Slice(filter * channels * area, channels * area);
            for (var i = 0; i < area; i++)
            {
                (ofFilter[i], ofFilter[(2 * area) + i]) = (ofFilter[(2 * area) + i], ofFilter[i]);
            }

            for (var channel = 0; channel < channels; channel++)
            {
                foreach (ref var value in ofFilter.Slice(channel * area, area))
                {
                    value *= White * Input.StandardDeviation[channel];
                }
            }
        }
    }
}
