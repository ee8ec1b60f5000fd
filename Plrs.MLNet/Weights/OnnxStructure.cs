using System.Runtime.InteropServices;
using Plrs.MLNet.Export.Onnx;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet.Weights;

/// <summary>
/// Finds a network's tensors in an ONNX graph whose names say nothing: both are walked at once, from the features back to the images. What is computed
/// from what must be the same in both.
/// </summary>
internal static class OnnxStructure
{
    /// <summary>The values of the backbone's tensors, by the network's names.</summary>
    /// <exception cref="FormatException">The graph computes something else, or a tensor has another shape.</exception>
    public static Dictionary<string, WeightTensor> Match(Graph onnx, NetworkGraph graph)
    {
        var makers = onnx.Nodes.SelectMany(node => node.Outputs.Select(output => (output, node))).ToDictionary(entry => entry.output, entry => entry.node);
        var initializers = onnx.Initializers.ToDictionary(tensor => tensor.Name);
        var found = new Dictionary<string, WeightTensor>();
        var seen = new HashSet<int>();
        Walk(graph.Features, onnx.Outputs.Count == 1 ? onnx.Outputs[0].Name : throw new FormatException($"it has {onnx.Outputs.Count} outputs, not one"));
        return found;

        void Walk(int number, string output)
        {
            if (number == 0 || !seen.Add(number))
            {
                return;
            }

            var node = graph.Nodes[number];
            if (!makers.TryGetValue(output, out var maker) || maker.Operator != OperationOf(node))
            {
                throw new FormatException($"its '{output}' is made by {(maker is null ? "nothing" : maker.Operator)}, where the network's '{node.Name}' is {OperationOf(node)}");
            }

            // What is left after the inputs that are computed are the tensors, in the network's order; the batch counts are no ONNX tensors.
            NetworkTensor[] tensors = [.. graph.TensorsOf[number].Where(tensor => !tensor.IsInteger)];
            if (maker.Inputs.Count != node.Inputs.Length + tensors.Length)
            {
                throw new FormatException($"its {maker.Operator} '{maker.Name}' has {maker.Inputs.Count} inputs, where the network's '{node.Name}' has {node.Inputs.Length + tensors.Length}");
            }

            foreach (var (tensor, name) in tensors.Zip(maker.Inputs.Skip(node.Inputs.Length)))
            {
                found.Add(tensor.Name, ValuesOf(initializers.GetValueOrDefault(name) ?? throw new FormatException($"it has no tensor '{name}'"), tensor));
            }

            foreach (var (input, name) in node.Inputs.Zip(maker.Inputs))
            {
                Walk(input, name);
            }
        }
    }

    private static string OperationOf(GraphNode node) => node.Operation switch
    {
        Operation.Convolution => "Conv",
        Operation.BatchNorm => "BatchNormalization",
        Operation.Activation { Kind: ActivationKind.Relu } => "Relu",
        Operation.Add => "Add",
        Operation.MaxPool => "MaxPool",
        Operation.GlobalAveragePool => "AveragePool",
        var operation => throw new FormatException($"the network's '{node.Name}' is {operation.GetType().Name}, which is not looked for in ONNX files"),
    };

    private static WeightTensor ValuesOf(TensorValue value, NetworkTensor tensor)
    {
        if (!value.Shape.SequenceEqual(tensor.Shape.Select(length => (long)length)))
        {
            throw new FormatException($"its tensor '{value.Name}' has the shape [{string.Join(", ", value.Shape)}], where the network's '{tensor.Name}' has [{string.Join(", ", tensor.Shape)}]");
        }

        var bytes = value.Values.IsEmpty ? MemoryMarshal.AsBytes(value.Floats.ToArray().AsSpan()).ToArray() : value.Values.ToByteArray();
        return bytes.Length == tensor.Bytes ? new WeightTensor(bytes) : throw new FormatException($"its tensor '{value.Name}' has {bytes.Length} bytes, not {tensor.Bytes}");
    }
}
