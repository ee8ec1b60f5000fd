using System.Diagnostics;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Plrs.MLNet.Export.Onnx;
using Plrs.MLNet.Networks;
using Attribute = Plrs.MLNet.Export.Onnx.Attribute;
using ElementType = Plrs.MLNet.Export.Onnx.ElementType;

namespace Plrs.MLNet.Export;

/// <summary>A network's operations as those of ONNX. A node's result has the node's name.</summary>
internal static class OnnxOperations
{
    /// <summary>Adds a node of a network to an ONNX graph.</summary>
    public static void Add(Graph written, NetworkGraph graph, int number)
    {
        var node = graph.Nodes[number];
        string[] inputs = [.. node.Inputs.Select(input => graph.Nodes[input].Name)];
        switch (node.Operation)
        {
            case Operation.Convolution convolution:
                string[] tensors = convolution.HasBias ? [Tensor("weight"), Tensor("bias")] : [Tensor("weight")];
                AddNode(
                    "Conv",
                    [.. inputs, .. tensors],
                    Integers("kernel_shape", convolution.Kernel, convolution.Kernel),
                    Integers("strides", convolution.Stride, convolution.Stride),
                    Padding(convolution.Padding),
                    Integer("group", convolution.Groups));
                break;
            case Operation.BatchNorm norm:
                AddNode(
                    "BatchNormalization",
                    [.. inputs, Tensor("weight"), Tensor("bias"), Tensor("running_mean"), Tensor("running_var")],
                    Real("epsilon", norm.Epsilon));
                break;
            case Operation.Activation activation:
                AddActivation(activation.Kind);
                break;
            case Operation.Dropout:
                AddNode("Identity", inputs);
                break;
            case Operation.MaxPool pool:
                AddNode(
                    "MaxPool",
                    inputs,
                    Integers("kernel_shape", pool.Kernel, pool.Kernel),
                    Integers("strides", pool.Stride, pool.Stride),
                    Padding(pool.Padding));
                break;
            case Operation.AveragePool pool:
                AddNode(
                    "AveragePool",
                    inputs,
                    Integers("kernel_shape", pool.Kernel, pool.Kernel),
                    Integers("strides", pool.Stride, pool.Stride));
                break;
            case Operation.GlobalAveragePool { KeepsPlanes: true }:
                AddNode("GlobalAveragePool", inputs);
                break;
            case Operation.GlobalAveragePool:
                var planes = $"{node.Name}.planes";
                written.Nodes.Add(Node("GlobalAveragePool", planes, inputs));
                AddNode("Flatten", [planes]);
                break;
            case Operation.AdaptiveAveragePool { Size: var size }:
                // The mean of windows that may overlap is a product with their shares of the rows, and one with those of the columns.
                var (_, height, width, _) = graph.Nodes[node.Inputs[0]].Shape;
                var rowsPooled = Tensor("rowsPooled");
                var rows = AddConstant<float>(
                    "rows", ElementType.Float32, PoolingWindows.Shares(height, size, isColumnByWindow: false), size, height);
                var columns = AddConstant<float>(
                    "columns", ElementType.Float32, PoolingWindows.Shares(width, size, isColumnByWindow: true), width, size);
                written.Nodes.Add(Node("MatMul", rowsPooled, [rows, .. inputs]));
                AddNode("MatMul", [rowsPooled, columns]);
                break;
            case Operation.Subsample subsample:
                // A window of one pixel: the same as a slice, which ONNX Runtime would leave its order of channels for.
                AddNode("MaxPool", inputs, Integers("kernel_shape", 1, 1), Integers("strides", subsample.Stride, subsample.Stride));
                break;
            case Operation.PadChannels pad:
                AddNode("Pad", [.. inputs, AddConstant<long>("pads", ElementType.Int64, [0, pad.Before, 0, 0, 0, pad.After, 0, 0], 8)]);
                break;
            case Operation.Add:
                AddNode("Add", inputs);
                break;
            case Operation.Scale:
                AddNode("Mul", inputs);
                break;
            case Operation.Concat:
                AddNode("Concat", inputs, Integer("axis", 1));
                break;
            case Operation.Flatten:
                AddNode("Flatten", inputs);
                break;
            case Operation.Linear:
                AddNode("Gemm", [.. inputs, Tensor("weight"), Tensor("bias")], Integer("transB", 1));
                break;
            default:
                throw new UnreachableException($"There is no way to write {node.Operation}.");
        }

        string Tensor(string name) => $"{node.Name}.{name}";

        void AddNode(string operation, ReadOnlySpan<string> from, params ReadOnlySpan<Attribute> attributes) =>
            written.Nodes.Add(Node(operation, node.Name, from, attributes));

        void AddActivation(ActivationKind kind)
        {
            switch (kind)
            {
                case ActivationKind.Relu6:
                    AddNode(
                        "Clip",
                        [
                            .. inputs,
                            AddConstant<float>("least", ElementType.Float32, [0]),
                            AddConstant<float>("most", ElementType.Float32, [6]),
                        ]);
                    break;
                case ActivationKind.Silu:
                    var sigmoid = Tensor("sigmoid");
                    written.Nodes.Add(Node("Sigmoid", sigmoid, inputs));
                    AddNode("Mul", [.. inputs, sigmoid]);
                    break;
                case ActivationKind.HardSigmoid:
                    AddNode("HardSigmoid", inputs, Real("alpha", 1 / 6.0), Real("beta", 0.5));
                    break;
                default:
                    // Relu, HardSwish and Sigmoid are ONNX's names too.
                    AddNode(kind.ToString(), inputs);
                    break;
            }
        }

        string AddConstant<T>(string name, ElementType type, ReadOnlySpan<T> values, params ReadOnlySpan<long> shape)
            where T : unmanaged
        {
            var constant = Constant(Tensor(name), type, values, shape);
            written.Initializers.Add(constant);
            return constant.Name;
        }
    }

    /// <summary>A tensor of a model that is no weight.</summary>
    public static TensorValue Constant<T>(string name, ElementType type, ReadOnlySpan<T> values, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        var constant = new TensorValue { Name = name, ElementType = type, Values = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };
        constant.Shape.AddRange(shape.ToArray());
        return constant;
    }

    /// <summary>A node of ONNX.</summary>
    public static Node Node(string operation, string output, ReadOnlySpan<string> inputs, params ReadOnlySpan<Attribute> attributes)
    {
        var node = new Node { Name = output, Operator = operation };
        node.Inputs.AddRange(inputs.ToArray());
        node.Outputs.Add(output);
        node.Attributes.AddRange(attributes.ToArray());
        return node;
    }

    /// <summary>An attribute that is a whole number.</summary>
    public static Attribute Integer(string name, long value) => new() { Name = name, Kind = Attribute.Types.Kind.Int, Integer = value };

    private static Attribute Real(string name, double value) =>
        new() { Name = name, Kind = Attribute.Types.Kind.Float, Real = (float)value };

    /// <summary>An attribute that is a list of whole numbers.</summary>
    public static Attribute Integers(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new Attribute { Name = name, Kind = Attribute.Types.Kind.Ints };
        attribute.Integers.AddRange(values.ToArray());
        return attribute;
    }

    // Above, left, below, right.
    private static Attribute Padding(long padding) => Integers("pads", padding, padding, padding, padding);
}
