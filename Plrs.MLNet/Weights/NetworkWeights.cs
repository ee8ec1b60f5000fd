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

    /// <summary>Gives a module's tensors the values of their names; those that have none keep theirs.</summary>
    public static void Fill(nn.Module module, IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var state = module.state_dict();
        foreach (var (name, values) in tensors)
        {
            var filled = empty(state[name].shape, state[name].dtype);
            values.Bytes.CopyTo(filled.bytes);
            state[name].copy_(filled);
        }

        // Its finalizer would dispose of the tensors.
        GC.KeepAlive(module);
    }

    /// <summary>Refuses values with which every image would score NaN, which is what an image that cannot be decoded scores.</summary>
    /// <exception cref="FormatException">A value is not finite, or a variance is negative.</exception>
    public void Check()
    {
        if (graph.Tensors.Select(tensor => Fault(tensor, this[tensor.Name])).FirstOrDefault(fault => fault is not null) is { } fault)
        {
            throw new FormatException($"The weights cannot be used: {fault}.");
        }
    }

    /// <summary>Why a tensor may not have these values; <see langword="null"/> when it may.</summary>
    public static string? Fault(NetworkTensor tensor, WeightTensor values)
    {
        if (tensor.IsInteger)
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
