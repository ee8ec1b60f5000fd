using Plrs.MLNet.Networks;
using static TorchSharp.torch;

namespace Plrs.MLNet.Weights;

/// <summary>
/// The values of a network's tensors, by their names, in .NET's memory: what a trained model is. It needs no libtorch, and so neither does
/// a program that loads, scores and saves models.
/// </summary>
/// <param name="layout">The network's tensors.</param>
/// <param name="tensors">The values of each of them.</param>
internal sealed class NetworkWeights(INetworkLayout layout, IReadOnlyDictionary<string, WeightTensor> tensors)
{
    /// <summary>The network's tensors.</summary>
    public INetworkLayout Layout => layout;

    /// <summary>The network layer by layer.</summary>
    /// <exception cref="NotSupportedException">It is a user's module.</exception>
    public NetworkGraph Graph => layout.Graph;

    /// <summary>The values of a tensor.</summary>
    public WeightTensor this[string name] => tensors[name];

    /// <summary>Copies the values of a module's tensors.</summary>
    public static NetworkWeights CopyOf(INetworkLayout layout, nn.Module module)
    {
        using var scope = NewDisposeScope();
        var state = module.state_dict();
        var copy = layout.Tensors.ToDictionary(
            tensor => tensor.Name,
            tensor => new WeightTensor(state[tensor.Name].detach().cpu().contiguous().bytes.ToArray()));

        // Its finalizer would dispose of the tensors.
        GC.KeepAlive(module);
        return new NetworkWeights(layout, copy);
    }

    /// <summary>Gives a module of the network these values.</summary>
    public void CopyTo(nn.Module module) => CopyTo(module, tensors);

    /// <summary>Gives a module the values of some of its tensors.</summary>
    public static void CopyTo(nn.Module module, IReadOnlyDictionary<string, WeightTensor> values)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, tensor) in module.state_dict())
        {
            if (values.TryGetValue(name, out var value))
            {
                var copy = empty(tensor.shape, tensor.dtype);
                if (value.Bytes.Length != copy.bytes.Length)
                {
                    throw new InvalidOperationException(
                        $"The weights do not fit the network: '{name}' has {value.Bytes.Length} bytes, " +
                        $"and the network's {copy.bytes.Length}. Were they trained on images of another size, set Images.Size to that.");
                }

                value.Bytes.CopyTo(copy.bytes);
                tensor.copy_(copy);
            }
        }

        // Its finalizer would dispose of the tensors.
        GC.KeepAlive(module);
    }

    /// <summary>Refuses values with which every image would score NaN, which is what an image that cannot be decoded scores.</summary>
    /// <exception cref="FormatException">A value is not finite, or a variance is negative.</exception>
    public void Check()
    {
        if (layout.Tensors.Select(tensor => Fault(tensor, this[tensor.Name])).FirstOrDefault(fault => fault is not null) is { } fault)
        {
            throw new FormatException($"The weights cannot be used: {fault}.");
        }
    }

    /// <summary>Why a tensor may not have these values; <see langword="null"/> when it may.</summary>
    public static string? Fault(NetworkTensor tensor, WeightTensor values)
    {
        if (tensor.IsInteger || tensor.MayBeInfinite)
        {
            return null;
        }

        foreach (var value in values.Floats)
        {
            if (!float.IsFinite(value))
            {
                return $"'{tensor.Name}' has values that are not finite";
            }

            if (tensor.Role == TensorRole.RunningVariance && value < 0)
            {
                return $"'{tensor.Name}' has negative values";
            }
        }

        return null;
    }
}
