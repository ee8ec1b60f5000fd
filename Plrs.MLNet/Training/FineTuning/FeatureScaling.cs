using System.Runtime.InteropServices;
using Plrs.MLNet.Networks;
using static TorchSharp.torch;
using Scalar = TorchSharp.Scalar;

namespace Plrs.MLNet.Training;

/// <summary>
/// Moves features so that their mean is 0, and scales all alike so that their mean variance is 1: a head then takes rates as a network
/// does. Each of them scaled to a variance of 1 would give those that hardly vary as much weight as the others.
/// </summary>
/// <param name="Mean">The mean of each feature.</param>
/// <param name="Scale">What all are divided by.</param>
internal sealed record FeatureScaling(float[] Mean, float Scale)
{
    /// <summary>Measures some of a set's examples.</summary>
    public static FeatureScaling Measure(FeatureSet set, ReadOnlySpan<int> examples)
    {
        var length = set.Shape[0];
        var sums = new double[length];
        var squares = 0.0;
        using var reader = set.CreateReader();
        foreach (var example in examples)
        {
            var features = MemoryMarshal.Cast<byte, float>(reader.Read(example));
            for (var i = 0; i < length; i++)
            {
                sums[i] += features[i];
                squares += (double)features[i] * features[i];
            }
        }

        var count = examples.Length;
        var mean = Array.ConvertAll(sums, sum => sum / count);
        var variance = ((squares / count) - mean.Sum(value => value * value)) / length;
        return new FeatureScaling(Array.ConvertAll(mean, value => (float)value), variance > 0 ? (float)Math.Sqrt(variance) : 1);
    }

    /// <summary>Scales an example's features.</summary>
    public void Apply(ReadOnlySpan<byte> bytes, Span<float> scaled)
    {
        var features = MemoryMarshal.Cast<byte, float>(bytes);
        for (var i = 0; i < scaled.Length; i++)
        {
            scaled[i] = (features[i] - Mean[i]) / Scale;
        }
    }

    /// <summary>Gives a head that takes features the weights of one that takes scaled ones.</summary>
    public void Unscale(GraphModule scaledHead, GraphModule network) => Convert(scaledHead, network, (weight, bias, mean) =>
    {
        using Scalar scale = Scale; // Held while libtorch reads it.
        var unscaled = weight.div(scale);
        return (unscaled, bias - unscaled.mv(mean));
    });

    /// <summary>Gives a head that takes scaled features the weights of one that takes them as they are.</summary>
    public void Rescale(GraphModule network, GraphModule scaledHead) => Convert(network, scaledHead, (weight, bias, mean) =>
    {
        using Scalar scale = Scale;
        return (weight.mul(scale), bias + weight.mv(mean));
    });

    // In float64, so that each value is rounded once.
    private void Convert(GraphModule from, GraphModule to, Func<Tensor, Tensor, Tensor, (Tensor Weight, Tensor Bias)> convert)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (weight, bias) = (from.Head.Weight.cpu().to(ScalarType.Float64), from.Head.Bias.cpu().to(ScalarType.Float64));
        var converted = convert(weight, bias, tensor(Mean).to(ScalarType.Float64));
        to.Head.Weight.copy_(converted.Weight);
        to.Head.Bias.copy_(converted.Bias);
    }
}
