using Plrs.MLNet.Networks;
using static TorchSharp.torch;

namespace Plrs.MLNet.Weights;

/// <summary>
/// The values of a network's tensors, by their names, in .NET's memory: what a trained model is. It needs no libtorch, and so neither does
/// a program that loads, scores and saves models.
/// </summary>
/// <param name="graph">The network.</param>
/// <param name="tensors">The values of each of its tensors.</param>
internal sealed class NetworkWeights(NetworkGraph graph, IReadOnlyDictionary<string, WeightTensor> tensors)
{
    /// <summary>The network.</summary>
    public NetworkGraph Graph => graph;

    /// <summary>The values of a tensor.</summary>
    public WeightTensor this[string name] => tensors[name];

    /// <summary>Copies the values of a module's tensors.</summary>
    public static NetworkWeights CopyOf(NetworkGraph graph, nn.Module module)
    {
        using var scope = NewDisposeScope();
        var state = module.state_dict();
        var copy = graph.Tensors.ToDictionary(
            tensor => tensor.Name,
            tensor => new WeightTensor(state[tensor.Name].detach().cpu().contiguous().bytes.ToArray()));

        // Its finalizer would dispose of the tensors.
        GC.KeepAlive(module);
        return new NetworkWeights(graph, copy);
    }

    /// <summary>Gives a module, which is on the CPU, the values of some of its tensors.</summary>
    public static void Load(nn.Module module, IReadOnlyDictionary<string, WeightTensor> values)
    {
        using var scope = NewDisposeScope();
        foreach (var (name, tensor) in module.state_dict())
        {
            if (values.TryGetValue(name, out var value))
            {
                value.Bytes.CopyTo(tensor.bytes);
            }
        }

        // Its finalizer would dispose of the tensors.
        GC.KeepAlive(module);
    }

    /// <summary>Refuses values with which every image would score NaN, which is what an image that cannot be decoded scores.</summary>
    /// <exception cref="FormatException">A value is not finite, or a variance is negative.</exception>
    public void Check()
    {
        foreach (var tensor in graph.Tensors.Where(tensor => !tensor.IsInteger))
        {
            foreach (var value in this[tensor.Name].Floats)
            {
                if (!float.IsFinite(value))
                {
                    throw new FormatException($"The weights cannot be used: '{tensor.Name}' has values that are not finite.");
                }

                if (tensor.Role == TensorRole.RunningVariance && value < 0)
                {
                    throw new FormatException($"The weights cannot be used: '{tensor.Name}' has negative values.");
                }
            }
        }
    }
}
