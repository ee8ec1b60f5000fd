namespace Plrs.MLNet.Weights;

/// <summary>A node of an ONNX graph, as far as it says what is computed from what.</summary>
/// <param name="Operator">What it computes.</param>
/// <param name="Inputs">The names of what it takes: results of other nodes, and tensors.</param>
/// <param name="Output">The name of its first result.</param>
internal sealed record OnnxNode(string Operator, IReadOnlyList<string> Inputs, string Output);
