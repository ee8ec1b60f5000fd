using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Plrs.MLNet.Export;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Weights;
using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks.Parity;

/// <summary>
/// Compares networks with torchvision's: reads what <c>benchmarks/parity/parity.py write</c> left in a folder, in each form, and writes
/// each network's weights for <c>parity.py check</c> to read.
/// </summary>
internal static class ParityCheck
{
    private const double Tolerance = 1e-4;
    private const string ExpectedEnding = ".expected";
    private static readonly string[] Forms = [".pth", ".old.pth", ".safetensors"];

    /// <returns>0 when all differences are below 1e-4.</returns>
    public static int Run(string folder)
    {
        var table = new MarkdownTable(["network", "tensors", .. Forms, "ONNX Runtime", "largest logit"]);
        var largest = 0.0;
        foreach (var path in Directory.GetFiles(folder, "*" + ExpectedEnding).Order(StringComparer.Ordinal))
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var name = Path.GetFileNameWithoutExtension(path);
            var expected = WeightsFile.Read(path).ToDictionary(tensor => tensor.Name, ToTensor);
            var graph = Network.Known[name].CreateGraph((int)expected["logits"].shape[1], (int)expected["images"].shape[2]);
            using var network = new GraphModule(graph, seed: 0);
            network.eval();
            var differences = Forms.Select(form => Read(Path.Combine(folder, name + form), network, expected)).ToList();
            var weights = NetworkWeights.CopyOf(graph, network);
            SafetensorsWriter.Write(
                Path.Combine(folder, $"{name}.ours.safetensors"),
                weights,
                new Dictionary<string, string> { ["format"] = "pt", ["network"] = Network.Known[name].ToString() });
            differences.Add(Score(weights, expected));
            largest = Math.Max(largest, differences.Max());
            table.Add(
                [
                    name,
                    Text(graph.Tensors.Count),
                    .. differences.Select(difference => difference.ToString("0.0e+0", CultureInfo.InvariantCulture)),
                    Text(expected["logits"].abs().max().item<float>()),
                ]);
        }

        table.Print();
        return largest <= Tolerance ? 0 : 1;
    }

    /// <returns>The largest difference of logits, infinite where one is no number.</returns>
    private static double Read(string path, GraphModule network, Dictionary<string, Tensor> expected)
    {
        using var scope = NewDisposeScope();
        var matched = WeightsMatching.Match(path, WeightsFile.Read(path), network.Graph);
        if (matched.Count != network.Graph.Tensors.Count)
        {
            throw new InvalidOperationException($"The head of '{path}' was left out.");
        }

        NetworkWeights.CopyTo(network, matched);
        return Difference(network.forward(expected["images"].alias()), expected["logits"]);
    }

    /// <returns>The largest difference of probabilities, of the network as it scores.</returns>
    private static double Score(NetworkWeights weights, Dictionary<string, Tensor> expected)
    {
        using var scope = NewDisposeScope();
        using var session = new InferenceSession(OnnxWriter.Write(BatchNormFolding.Fold(weights)));
        var probabilities = new float[expected["logits"].numel()];
        using var input = OrtValue.CreateTensorValueFromMemory(expected["images"].data<float>().ToArray(), expected["images"].shape);
        using var output = OrtValue.CreateTensorValueFromMemory(probabilities, expected["logits"].shape);
        using var options = new RunOptions();
        session.Run(options, session.InputNames, [input], session.OutputNames, [output]);
        return Difference(tensor(probabilities).reshape(expected["logits"].shape), nn.functional.softmax(expected["logits"], 1));
    }

    private static double Difference(Tensor a, Tensor b) =>
        (a - b).abs().max().item<float>() is var difference && float.IsNaN(difference) ? double.PositiveInfinity : difference;

    private static Tensor ToTensor(FileTensor file) => tensor(file.Values.Floats.ToArray()).reshape([.. file.Shape]);

    private static string Text(float number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
