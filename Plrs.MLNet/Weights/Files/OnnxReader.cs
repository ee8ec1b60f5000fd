using System.Buffers.Binary;
using System.Text;

namespace Plrs.MLNet.Weights;

/// <summary>Reads the initializers of an ONNX model: the tensors of its graph, by the names that they have in the file.</summary>
internal static class OnnxReader
{
    private const int TensorCost = 512;

    // The numbers of ONNX's fields.
    private const int ModelGraph = 7, GraphNode = 1, GraphInitializer = 5;
    private const int NodeInput = 1, NodeOutput = 2, NodeOperator = 4;
    private const int Shape = 1, Type = 2, Floats = 4, Integers32 = 5, Integers64 = 7, Name = 8, RawData = 9, Doubles = 10,
        ExternalData = 13, Location = 14;

    /// <summary>Whether a file may be an ONNX model, which has no mark: it begins with one of the fields of a model.</summary>
    public static bool Recognises(ReadOnlySpan<byte> beginning) =>
        beginning is [0x08 or 0x12 or 0x1A or 0x22 or 0x28 or 0x32 or 0x3A or 0x42 or 0x72, ..];

    /// <summary>Reads all initializers, in the order of the file.</summary>
    /// <exception cref="FormatException">
    /// The file is no ONNX model, or a damaged one, or has tensors that cannot be read; the message says which.
    /// </exception>
    public static IReadOnlyList<FileTensor> Read(FileSource source)
    {
        var reader = new TensorReader();
        ReadGraph(source, GraphInitializer, tensor => ReadTensor(reader, source, tensor));
        return reader.Tensors;
    }

    /// <summary>Reads what the model's graph computes from what, in the order of the file.</summary>
    /// <exception cref="FormatException">The file is no ONNX model, or a damaged one.</exception>
    public static IReadOnlyList<OnnxNode> ReadNodes(FileSource source)
    {
        var nodes = new List<OnnxNode>();
        ReadGraph(source, GraphNode, node => nodes.Add(ReadNode(source, node)));
        return nodes;
    }

    private static void ReadGraph(FileSource source, int field, Action<ProtobufReader> read)
    {
        var model = new ProtobufReader(source, 0, source.Length);
        while (model.Next())
        {
            if (model is { Field: ModelGraph, HasBytes: true })
            {
                var graph = model.Message();
                while (graph.Next())
                {
                    if (graph.Field == field && graph.HasBytes)
                    {
                        read(graph.Message());
                    }
                }
            }
        }
    }

    private static OnnxNode ReadNode(FileSource source, ProtobufReader node)
    {
        source.Allowance.Take(TensorCost);
        var (kind, output) = ("", "");
        var inputs = new List<string>();
        while (node.Next())
        {
            switch (node.Field)
            {
                case NodeInput:
                    inputs.Add(ReadName(source, node));
                    break;
                case NodeOutput when output == "":
                    output = ReadName(source, node);
                    break;
                case NodeOperator:
                    kind = ReadName(source, node);
                    break;
            }
        }

        return new OnnxNode(kind, inputs, output);
    }

    private static string ReadName(FileSource source, ProtobufReader field)
    {
        FileSource.CheckName(field.ContentLength);
        return Encoding.UTF8.GetString(source.ReadArray(field.ContentPosition, field.ContentLength));
    }

    private static void ReadTensor(TensorReader reader, FileSource source, ProtobufReader tensor)
    {
        source.Allowance.Take(TensorCost);
        var (name, number, isExternal) = ("", 0L, false);
        var shape = new List<long>();
        var values = (Field: 0, Position: 0L, Length: 0L);
        while (tensor.Next())
        {
            switch (tensor.Field)
            {
                case Shape:
                    ReadShape(tensor, shape);
                    break;
                case Type:
                    number = (long)tensor.Number;
                    break;
                case Name:
                    name = ReadName(source, tensor);
                    break;
                case ExternalData:
                    isExternal = true;
                    break;
                case Location:
                    isExternal |= tensor.Number != 0;
                    break;
                case RawData or Floats or Integers32 or Integers64 or Doubles when tensor.ContentLength > 0 || !tensor.HasBytes:
                    values = values.Field == 0 && tensor.HasBytes
                        ? (tensor.Field, tensor.ContentPosition, tensor.ContentLength)
                        : throw new FormatException($"its tensor '{name}' has its values in several pieces, which cannot be read");
                    break;
            }
        }

        if (isExternal)
        {
            throw new FormatException($"its tensor '{name}' has its values in another file; save the model with all values inside");
        }

        var type = ElementType.OfOnnx(number)
            ?? throw new FormatException($"its tensor '{name}' is of type {number} of ONNX, which cannot be read");
        var layout = TensorLayout.Contiguous(shape);
        if (values.Field == TypedField(type) && values.Field is Integers32 or Integers64)
        {
            var numbers = new ProtobufReader(source, values.Position, values.Length);
            ReadNumbers(ref numbers, reader.Add(name, source, type, layout), type);
        }
        else if ((values.Field is RawData or 0 || values.Field == TypedField(type)) && values.Length == layout.Count * type.Size)
        {
            reader.Read(name, source, values.Position, type, layout);
        }
        else
        {
            throw new FormatException(
                $"its tensor '{name}' of shape [{string.Join(", ", shape)}] " +
                $"and type {type} cannot have the {values.Length} bytes of field {values.Field}");
        }
    }

    // Beside raw data there is a field for some types each; others share one of int32.
    private static int TypedField(ElementType type) =>
        type == ElementType.Float32 ? Floats
        : type == ElementType.Float64 ? Doubles
        : type == ElementType.Int64 ? Integers64
        : Integers32;

    private static void ReadShape(ProtobufReader tensor, List<long> shape)
    {
        if (!tensor.HasBytes)
        {
            Add((long)tensor.Number);
            return;
        }

        for (var lengths = tensor.Message(); lengths.HasMore;)
        {
            Add((long)lengths.Varint());
        }

        void Add(long length)
        {
            if (shape.Count == TensorLayout.MostDimensions)
            {
                throw new FormatException($"it has a tensor of more than {TensorLayout.MostDimensions} dimensions");
            }

            shape.Add(length);
        }
    }

    private static void ReadNumbers(ref ProtobufReader numbers, Span<byte> values, ElementType type)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        for (; values.Length > 0; values = values[type.ReadSize..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, numbers.Varint());
            type.Convert(number[..type.Size], values[..type.ReadSize]);
        }

        if (numbers.HasMore)
        {
            throw new FormatException("it has a tensor with more values than its shape says");
        }
    }
}
