namespace Plrs.MLNet.Networks;

/// <summary>One operation of a <see cref="NetworkGraph"/>.</summary>
/// <param name="Name">Its name, unique in the graph; its tensors' names begin with it.</param>
/// <param name="Operation">What it computes.</param>
/// <param name="Inputs">The numbers of the nodes whose results it takes, all smaller than its own.</param>
/// <param name="Shape">The shape of its result.</param>
/// <param name="Group">The group of layers that it belongs to.</param>
internal sealed record GraphNode(string Name, Operation Operation, int[] Inputs, LayerShape Shape, string Group);

/// <summary>
/// A network as a list of operations, in an order in which they can be computed. It is the one description of a network: the module
/// that trains, the copy that scores, ONNX files, names, counts and groups of parameters are readings of it.
/// </summary>
internal sealed class NetworkGraph : INetworkLayout
{
    /// <summary>The name of the head's group of layers.</summary>
    public const string HeadGroup = "head";

    /// <param name="nodes">The nodes; the first is the images.</param>
    /// <param name="features">The number of the node whose result the head classifies by.</param>
    /// <param name="output">The number of the node whose result are the logits.</param>
    public NetworkGraph(IReadOnlyList<GraphNode> nodes, int features, int output)
    {
        Nodes = nodes;
        Features = features;
        Output = output;
        TensorsOf = [.. nodes.Select(node => ListTensors(nodes, node))];
        Tensors = [.. TensorsOf.SelectMany(tensors => tensors)];
    }

    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>The number of the node whose result the head, the last linear layer, classifies by.</summary>
    public int Features { get; }

    /// <summary>The number of the node whose result are the logits.</summary>
    public int Output { get; }

    /// <summary>The shape of the images.</summary>
    public LayerShape Images => Nodes[0].Shape;

    /// <summary>The tensors of each node.</summary>
    public IReadOnlyList<IReadOnlyList<NetworkTensor>> TensorsOf { get; }

    /// <summary>The tensors of all nodes, in order.</summary>
    public IReadOnlyList<NetworkTensor> Tensors { get; }

    NetworkGraph INetworkLayout.Graph => this;

    /// <summary>The groups of layers, from the images on; the head is the last.</summary>
    public IReadOnlyList<string> Groups => [.. Nodes.Skip(1).Select(node => node.Group).Distinct()];

    /// <summary>The number of values that training changes.</summary>
    public long ParameterCount => Tensors.Where(tensor => tensor.IsParameter).Sum(tensor => tensor.Count);

    /// <summary>How many nodes take each node's result; the output's is taken once more, by whoever runs the graph.</summary>
    public int[] CountUses()
    {
        var uses = new int[Nodes.Count];
        foreach (var input in Nodes.SelectMany(node => node.Inputs))
        {
            uses[input]++;
        }

        uses[Output]++;
        return uses;
    }

    /// <summary>The same network without its head: its output are the features. Nodes that only the head needs are gone.</summary>
    public NetworkGraph WithoutHead() => new([.. Nodes.Take(Features + 1)], Features, Features);

    /// <summary>The head as a network of its own, whose input are the features.</summary>
    public NetworkGraph HeadAlone() => new(
        [
            new GraphNode(
                Nodes[Features].Name, new Operation.Input(Nodes[Features].Shape), [], Nodes[Features].Shape, Nodes[Features].Group),
            .. Nodes.Skip(Features + 1).Select(node => node with { Inputs = [.. node.Inputs.Select(input => input - Features)] }),
        ],
        features: 0,
        Output - Features);

    private static NetworkTensor[] ListTensors(IReadOnlyList<GraphNode> nodes, GraphNode node) => node.Inputs.Length == 0
        ? []
        : [.. node.Operation.Tensors(nodes[node.Inputs[0]].Shape)
            .Select(tensor => new NetworkTensor($"{node.Name}.{tensor.Name}", tensor.Shape, tensor.Role, node.Group))];
}
