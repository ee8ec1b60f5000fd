using Plrs.MLNet.Networks;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Networks;

/// <summary>New networks with results of ordinary size, which tests and benchmarks of scoring want and have no time to train.</summary>
internal static class SettledNetwork
{
    /// <summary>
    /// Makes a new network as well-behaved as a trained one, however deep it is: its running statistics are those of some images, what
    /// residual blocks add is small beside what they add it to, and each logit of the images has a mean of 0 and a standard deviation of 1.
    /// </summary>
    public static void Settle(GraphModule network, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var nodes = network.Graph.Nodes;
        foreach (var block in nodes.Where(node => node.Operation is Operation.Add).Select(node => nodes[node.Inputs[0]])
            .Where(node => node.Operation is Operation.BatchNorm))
        {
            network.get_parameter($"{block.Name}.weight")!.fill_(0.2);
        }

        // In one step batch norms go by the images' own statistics; what the running ones started with is then taken out again.
        network.train();
        network.forward(images);
        network.eval();
        foreach (var node in nodes)
        {
            if (node.Operation is Operation.BatchNorm { Momentum: var momentum })
            {
                network.get_buffer($"{node.Name}.running_mean")!.div_(momentum);
                network.get_buffer($"{node.Name}.running_var")!.sub_(1 - momentum).div_(momentum).clamp_(min: 1e-2);
            }
        }

        var logits = network.forward(images);
        var head = nodes[network.Graph.Output].Name;
        var (mean, deviation) = (logits.mean([0]), logits.std([0]));
        network.get_parameter($"{head}.bias")!.sub_(mean).div_(deviation);
        network.get_parameter($"{head}.weight")!.div_(deviation.unsqueeze(1));
    }
}
