using Plrs.MLNet.Networks;

namespace Plrs.MLNet.Weights;

/// <summary>
/// Finds a network's tensors in an ONNX graph whose names say nothing: both are walked at once, from the features back to the images. What
/// is computed from what must be the same in both.
/// </summary>
internal static class OnnxStructure
{
    /// <summary>The values of the backbone's tensors, by the network's names.</summary>
    /// <param name="nodes">The nodes of the ONNX graph, of which the last makes the features.</param>
    /// <param name="tensors">The tensors of the ONNX graph.</param>
    /// <param name="graph">The network.</param>
    /// <exception cref="FormatException">The graph computes something else, or a tensor has another shape.</exception>
    public static Dictionary<string, WeightTensor> Match(
        IReadOnlyList<OnnxNode> nodes, IReadOnlyList<FileTensor> tensors, NetworkGraph graph)
    {
        var makers = nodes.DistinctBy(node => node.Output).ToDictionary(node => node.Output, StringComparer.Ordinal);
        var values = tensors.DistinctBy(tensor => tensor.Name).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var found = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        var seen = new HashSet<int>();
        Walk(graph.Features, nodes.Count > 0 ? nodes[^1].Output : throw new FormatException("it has no nodes"));
        return found;

        void Walk(int number, string output)
        {
            if (number == 0 || !seen.Add(number))
            {
                return;
            }

            var node = graph.Nodes[number];
            if (!makers.TryGetValue(output, out var maker) || maker.Operator != OperatorOf(node))
            {
                throw new FormatException(
                    $"its '{output}' is made by {(maker is null ? "nothing" : maker.Operator)}, " +
                    $"where the network's '{node.Name}' is {OperatorOf(node)}");
            }

            // What is left after the inputs that are computed are the tensors, in the network's order; the batch counts are no ONNX
            // tensors.
            NetworkTensor[] wanted = [.. graph.TensorsOf[number].Where(tensor => !tensor.IsInteger)];
            if (maker.Inputs.Count != node.Inputs.Length + wanted.Length)
            {
                throw new FormatException(
                    $"its {maker.Operator} '{output}' has {maker.Inputs.Count} inputs, " +
                    $"where the network's '{node.Name}' has {node.Inputs.Length + wanted.Length}");
            }

            foreach (var (tensor, name) in wanted.Zip(maker.Inputs.Skip(node.Inputs.Length)))
            {
                found.Add(
                    tensor.Name,
                    ValuesOf(values.GetValueOrDefault(name) ?? throw new FormatException($"it has no tensor '{name}'"), tensor));
            }

            foreach (var (input, name) in node.Inputs.Zip(maker.Inputs))
            {
                Walk(input, name);
            }
        }
    }

    private static string OperatorOf(GraphNode node) => node.Operation switch
    {
        Operation.Convolution => "Conv",
        Operation.BatchNorm => "BatchNormalization",
        Operation.Activation { Kind: ActivationKind.Relu } => "Relu",
        Operation.Add => "Add",
        Operation.MaxPool => "MaxPool",
        Operation.GlobalAveragePool => "AveragePool",
        var operation =>
            throw new FormatException($"the network's '{node.Name}' is {operation.GetType().Name}, which is not looked for in ONNX files"),
    };

    private static WeightTensor ValuesOf(FileTensor inFile, NetworkTensor tensor) =>
        inFile.Shape.SequenceEqual(tensor.Shape.Select(length => (long)length))
            ? inFile.Values
            : throw new FormatException(
                $"its tensor '{inFile.Name}' has the shape [{string.Join(", ", inFile.Shape)}], " +
                $"where the network's '{tensor.Name}' has [{string.Join(", ", tensor.Shape)}]");
}
