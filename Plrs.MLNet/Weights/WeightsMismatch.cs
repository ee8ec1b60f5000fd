using System.Numerics;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet.Weights;

/// <summary>What keeps a file's tensors from being a network's, in words.</summary>
internal sealed class WeightsMismatch
{
    private const int MostListed = 5;
    private const int MostCompared = 1000;

    private readonly List<NetworkTensor> _missing = [];
    private readonly List<(NetworkTensor Tensor, FileTensor Found)> _misshapen = [];
    private readonly List<FileTensor> _unexpected;

    /// <summary>Compares a file's tensors with a network's.</summary>
    public WeightsMismatch(FoundTensors found, NetworkGraph graph)
    {
        _unexpected = found.Unexpected;
        HeadLeftOut = IsOtherHead(found.Tensors, graph) ? graph.TensorsOf[graph.Output] : [];
        foreach (var tensor in graph.Tensors.Except(HeadLeftOut))
        {
            if (found.Tensors.TryGetValue(tensor.Name, out var inFile))
            {
                if (!Fits(tensor, inFile))
                {
                    _misshapen.Add((tensor, inFile));
                }
            }
            else if (tensor.Role != TensorRole.BatchCount)
            {
                _missing.Add(tensor);
            }
        }
    }

    /// <summary>Whether all is well.</summary>
    public bool IsEmpty => _missing.Count + _misshapen.Count + _unexpected.Count == 0;

    /// <summary>The tensors of the head, when it has another number of classes than the file's, or the file has none.</summary>
    public IReadOnlyList<NetworkTensor> HeadLeftOut { get; }

    /// <summary>How many tensors are missing, of another shape or unexpected, with the first of each.</summary>
    public override string ToString() => string.Join("; ", new[]
    {
        List("missing", _missing, tensor => $"'{tensor.Name}' {Shape(tensor.Shape)}{Nearest(tensor)}"),
        List("of another shape or type", _misshapen, pair => $"'{pair.Tensor.Name}' is {Describe(pair)}"),
        List("unexpected", _unexpected, tensor => $"'{tensor.Name}' {Shape(tensor.Shape)}"),
    }.OfType<string>()) + ".";

    // The head is the last linear layer: a file of other classes has other rows in it, and a backbone's file has none.
    private static bool IsOtherHead(Dictionary<string, FileTensor> found, NetworkGraph graph)
    {
        if (graph.Output == graph.Features)
        {
            return false;
        }

        var head = graph.TensorsOf[graph.Output];
        var inFile = head.Select(tensor => found.GetValueOrDefault(tensor.Name)).OfType<FileTensor>().ToArray();
        return inFile.Length == 0
            || (inFile.Length == head.Count
                && inFile.All(tensor => tensor.Shape.Count > 0 && tensor.Shape[0] == inFile[0].Shape[0])
                && inFile[0].Shape[0] != head[0].Shape[0]
                && head.Zip(inFile)
                    .All(pair => !pair.Second.IsInteger && pair.Second.Shape.Skip(1).SequenceEqual(Long(pair.First.Shape[1..]))));
    }

    // A number of batches is one number, whether a vector of one or none.
    private static bool Fits(NetworkTensor tensor, FileTensor found) =>
        tensor.IsInteger == found.IsInteger
        && (found.Shape.SequenceEqual(Long(tensor.Shape)) || (tensor.Role == TensorRole.BatchCount && found.Shape is [1]));

    private static IEnumerable<long> Long(int[] shape) => shape.Select(length => (long)length);

    private static string? List<T>(string what, List<T> items, Func<T, string> describe)
    {
        if (items.Count == 0)
        {
            return null;
        }

        var listed = string.Join(", ", items.Take(MostListed).Select(describe));
        return $"{items.Count} {(items.Count == 1 ? "tensor is" : "tensors are")} {what}: " +
            $"{listed}{(items.Count > MostListed ? ", …" : "")}";
    }

    private static string Describe((NetworkTensor Tensor, FileTensor Found) pair) => pair.Tensor.IsInteger == pair.Found.IsInteger
        ? $"{Shape(pair.Found.Shape)}, not {Shape(pair.Tensor.Shape)}"
        : $"{Kind(pair.Found.IsInteger)} {Shape(pair.Found.Shape)}, not {Kind(pair.Tensor.IsInteger)} {Shape(pair.Tensor.Shape)}";

    private static string Kind(bool isInteger) => isInteger ? "whole" : "real";

    private static string Shape<T>(IEnumerable<T> shape)
        where T : IBinaryInteger<T> => $"[{string.Join(", ", shape)}]";

    private string Nearest(NetworkTensor missing)
    {
        var nearest = _unexpected.Take(MostCompared).Select(tensor => tensor.Name).MinBy(name => EditDistance(missing.Name, name));
        return nearest is null ? "" : $" (nearest: '{nearest}')";
    }

    private static int EditDistance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
