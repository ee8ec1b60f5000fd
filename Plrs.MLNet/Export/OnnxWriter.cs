using Google.Protobuf;
using Plrs.MLNet.Export.Onnx;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Weights;
using ElementType = Plrs.MLNet.Export.Onnx.ElementType;

namespace Plrs.MLNet.Export;

/// <summary>
/// Writes a network as an ONNX model: normalised images of shape (batch, 3, height, width), with any number of images, to the probability
/// of each class.
/// </summary>
internal static class OnnxWriter
{
    /// <summary>The name of the model's input.</summary>
    public const string Input = "images";

    /// <summary>The name of the model's output.</summary>
    public const string Output = "probabilities";

    private const int IrVersion = 8;
    private const int OperatorSetVersion = 17;
    private const string Batch = "batch";

    // Protobuf's messages end at 2^31 bytes, and the graph and its texts need some of them.
    private const long MostWeightBytes = 2_000_000_000;

    /// <summary>The bytes of the model's file.</summary>
    /// <inheritdoc cref="Create" path="/exception"/>
    public static byte[] Write(NetworkWeights weights) => Create(weights).ToByteArray();

    /// <summary>The model. Its tensors are the weights' own memory.</summary>
    /// <exception cref="InvalidOperationException">The weights are more than a model can hold.</exception>
    public static Model Create(NetworkWeights weights)
    {
        CheckSize(weights.Graph);
        var graph = weights.Graph;
        var written = new Graph { Name = "network" };
        written.Inputs.Add(Value(Input, ElementType.Float32, graph.Images.Channels, graph.Images.Height, graph.Images.Width));
        written.Outputs.Add(Value(Output, ElementType.Float32, graph.Nodes[graph.Output].Shape.Channels));
        for (var i = 1; i < graph.Nodes.Count; i++)
        {
            OnnxOperations.Add(written, graph, i);
        }

        written.Nodes.Add(OnnxOperations.Node("Softmax", Output, [graph.Nodes[graph.Output].Name], OnnxOperations.Integer("axis", 1)));
        foreach (var tensor in graph.Tensors.Where(tensor => !tensor.IsInteger))
        {
            var values = new TensorValue
            {
                Name = tensor.Name,
                ElementType = ElementType.Float32,
                Values = UnsafeByteOperations.UnsafeWrap(weights[tensor.Name].Bytes),
            };
            values.Shape.AddRange(tensor.Shape.Select(length => (long)length));
            written.Initializers.Add(values);
        }

        var model = new Model { IrVersion = IrVersion, ProducerName = "Plrs.MLNet", Graph = written };
        model.OperatorSets.Add(new OperatorSet { Version = OperatorSetVersion });
        return model;
    }

    /// <summary>An input or output: a tensor with one row an image.</summary>
    public static ValueInfo Value(string name, ElementType type, params ReadOnlySpan<int> lengths)
    {
        var shape = new TensorShape();
        shape.Dimensions.Add(new Dimension { Name = Batch });
        foreach (var length in lengths)
        {
            shape.Dimensions.Add(new Dimension { Length = length });
        }

        return new ValueInfo { Name = name, Type = new Onnx.ValueType { Tensor = new TensorType { ElementType = type, Shape = shape } } };
    }

    private static void CheckSize(NetworkGraph graph)
    {
        var bytes = graph.Tensors.Sum(tensor => tensor.Bytes);
        if (bytes > MostWeightBytes)
        {
            throw new InvalidOperationException(
                $"The network's weights have {bytes} bytes; " +
                $"an ONNX model, which scores and can be saved, holds at most {MostWeightBytes}.");
        }
    }
}
