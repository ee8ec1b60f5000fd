using Plrs.MLNet.Export.Onnx;

namespace Plrs.MLNet.Export;

/// <summary>
/// Lets an ONNX model take decoded images instead of normalised ones. Its first operations are then what the library itself does to images
/// that it has decoded, in the same order, so that the same numbers come out.
/// </summary>
internal static class OnnxPixels
{
    /// <summary>The name of the input: bytes of shape (batch, height, width, 3).</summary>
    public const string Input = "pixels";

    private const float MostOfByte = 255;

    /// <summary>Changes a model's input.</summary>
    /// <param name="model">The model, which takes normalised images.</param>
    /// <param name="size">The images' width and height in pixels.</param>
    /// <param name="mean">The mean of each channel, in [0, 1].</param>
    /// <param name="deviation">The standard deviation of each channel.</param>
    public static void Prepend(Model model, int size, ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation)
    {
        var graph = model.Graph;
        graph.Inputs[0] = OnnxWriter.Value(Input, ElementType.Uint8, size, size, mean.Length);
        graph.Initializers.Add(OnnxOperations.Constant<float>("pixels.most", ElementType.Float32, [MostOfByte]));
        graph.Initializers.Add(OnnxOperations.Constant("pixels.mean", ElementType.Float32, mean, mean.Length, 1, 1));
        graph.Initializers.Add(OnnxOperations.Constant("pixels.deviation", ElementType.Float32, deviation, deviation.Length, 1, 1));
        Node[] nodes =
        [
            OnnxOperations.Node("Transpose", "pixels.planes", [Input], OnnxOperations.Integers("perm", 0, 3, 1, 2)),
            OnnxOperations.Node("Cast", "pixels.real", ["pixels.planes"], OnnxOperations.Integer("to", (long)ElementType.Float32)),
            OnnxOperations.Node("Div", "pixels.shares", ["pixels.real", "pixels.most"]),
            OnnxOperations.Node("Sub", "pixels.centered", ["pixels.shares", "pixels.mean"]),
            OnnxOperations.Node("Div", OnnxWriter.Input, ["pixels.centered", "pixels.deviation"]),
        ];
        foreach (var (place, node) in nodes.Index())
        {
            graph.Nodes.Insert(place, node);
        }
    }
}
