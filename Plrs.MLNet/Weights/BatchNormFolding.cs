using Plrs.MLNet.Networks;

namespace Plrs.MLNet.Weights;

/// <summary>
/// Makes the copy of a network that scores. In evaluation a batch norm is a scale and a shift of each channel, which a convolution before
/// it can do as well, with its weight and a bias: two operations become one, and the logits are the same up to rounding.
/// </summary>
internal static class BatchNormFolding
{
    /// <summary>The network with each batch norm that alone takes a convolution's result folded into that convolution.</summary>
    public static NetworkWeights Fold(NetworkWeights weights)
    {
        var graph = weights.Graph;
        var uses = graph.CountUses();
        var nodes = new List<GraphNode>();
        var tensors = new Dictionary<string, WeightTensor>();
        var places = new int[graph.Nodes.Count];
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            if (node.Operation is Operation.BatchNorm norm
                && uses[node.Inputs[0]] == 1
                && graph.Nodes[node.Inputs[0]].Operation is Operation.Convolution)
            {
                places[i] = places[node.Inputs[0]];
                nodes[places[i]] = Fold(nodes[places[i]], node.Name, norm, weights, tensors);
                continue;
            }

            places[i] = nodes.Count;
            nodes.Add(node with { Inputs = [.. node.Inputs.Select(input => places[input])] });
            foreach (var tensor in graph.TensorsOf[i])
            {
                tensors.Add(tensor.Name, weights[tensor.Name]);
            }
        }

        return new NetworkWeights(new NetworkGraph(nodes, places[graph.Features], places[graph.Output]), tensors);
    }

    private static GraphNode Fold(
        GraphNode convolution, string normName, Operation.BatchNorm norm, NetworkWeights weights, Dictionary<string, WeightTensor> folded)
    {
        var operation = (Operation.Convolution)convolution.Operation;
        ReadOnlySpan<float> weight = weights[$"{convolution.Name}.weight"].Floats;
        ReadOnlySpan<float> mean = Norm("running_mean"), variance = Norm("running_var"), normWeight = Norm("weight"),
            normBias = Norm("bias");
        ReadOnlySpan<float> before = operation.HasBias ? weights[$"{convolution.Name}.bias"].Floats : new float[operation.Channels];
        var scaled = new float[weight.Length];
        var bias = new float[operation.Channels];
        var fanIn = weight.Length / operation.Channels;
        for (var channel = 0; channel < operation.Channels; channel++)
        {
            // In float64, so that the result is rounded once.
            var scale = normWeight[channel] / Math.Sqrt(variance[channel] + norm.Epsilon);
            for (var i = channel * fanIn; i < (channel + 1) * fanIn; i++)
            {
                scaled[i] = (float)(weight[i] * scale);
            }

            bias[channel] = (float)(normBias[channel] + ((before[channel] - mean[channel]) * scale));
        }

        folded[$"{convolution.Name}.weight"] = WeightTensor.Of(scaled);
        folded[$"{convolution.Name}.bias"] = WeightTensor.Of(bias);
        return convolution with { Operation = operation with { HasBias = true } };

        ReadOnlySpan<float> Norm(string name) => weights[$"{normName}.{name}"].Floats;
    }
}
