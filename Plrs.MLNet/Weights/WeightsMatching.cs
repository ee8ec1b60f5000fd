using System.Text.RegularExpressions;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet.Weights;

/// <summary>
/// Finds a network's tensors among those of a file. The names are PyTorch's; before them may stand whatever the file nests or wraps them
/// in, such as <c>state_dict.</c>, <c>module.</c> or <c>_orig_mod.</c>: the beginning with which most names fit is left away, and where
/// several fit as well, the first in the file. What the file has beside it, such as an optimizer's state, does not count.
/// </summary>
internal static partial class WeightsMatching
{
    private const int DeepestNesting = 16;

    /// <summary>
    /// The values of a network's tensors by their names. Those of the head are left out when the file has another number of classes, or no
    /// head. Numbers of batches that the file does not have are 0.
    /// </summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="graph">The network.</param>
    /// <exception cref="FormatException">
    /// Tensors are missing, unexpected or of another shape: the message names the file, counts them, and has the first of each with the
    /// nearest names. Or values are not finite, or variances negative.
    /// </exception>
    public static IReadOnlyDictionary<string, WeightTensor> Match(string path, IReadOnlyList<FileTensor> tensors, NetworkGraph graph)
    {
        var found = Find(tensors, graph);
        var mismatch = new WeightsMismatch(found, graph);
        if (!mismatch.IsEmpty)
        {
            var fitting = Network.Known.Where(known => Fits(tensors, known.Value))
                .Select(known => $"{nameof(Network)}.{known.Key}").FirstOrDefault();
            throw new FormatException(
                $"The weights in '{path}' do not fit the network: {mismatch}{(fitting is null ? "" : $" They fit {fitting}.")}");
        }

        var matched = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (var tensor in graph.Tensors.Except(mismatch.HeadLeftOut))
        {
            var values = found.Tensors.TryGetValue(tensor.Name, out var inFile) ? inFile.Values : new WeightTensor(new byte[tensor.Bytes]);
            if (NetworkWeights.Fault(tensor, values) is { } fault)
            {
                throw new FormatException($"The weights in '{path}' cannot be used: {fault}.");
            }

            matched.Add(tensor.Name, values);
        }

        return matched;
    }

    /// <summary>
    /// What a network calls a tensor of a file: torchvision's first DenseNets, of which the published DenseNet-121 is one, had layers
    /// within layers.
    /// </summary>
    public static string Present(string name) => OldDenseLayer().Replace(name, "");

    /// <summary>
    /// Says which tensors are taken of a file that has those of the network several times, such as the last weights and their average;
    /// <see langword="null"/> where there is no choice.
    /// </summary>
    public static string? Choice(string path, IReadOnlyList<FileTensor> tensors, NetworkGraph graph)
    {
        var counts = Beginnings(tensors, Names(graph));
        string[] equal = [.. counts.Where(entry => entry.Value == counts.Values.Max()).Select(entry => $"'{entry.Key}'")];
        return equal.Length < 2 ? null
            : $"The file '{path}' has the network's weights {equal.Length} times, with names that begin with {string.Join(", ", equal)}. " +
                $"Those of {equal[0]} are used.";
    }

    private static bool Fits(IReadOnlyList<FileTensor> tensors, NetworkDefinition network)
    {
        var graph = network.CreateGraph(classCount: 2, network.ImageSize);
        return new WeightsMismatch(Find(tensors, graph), graph).IsEmpty;
    }

    private static FoundTensors Find(IReadOnlyList<FileTensor> tensors, NetworkGraph graph)
    {
        var known = Names(graph);
        var beginnings = Beginnings(tensors, known);
        var beginning = beginnings.Count == 0 ? "" : beginnings.MaxBy(entry => entry.Value).Key;
        var found = new FoundTensors(new(StringComparer.Ordinal), []);
        foreach (var tensor in tensors.Where(tensor => tensor.Name.StartsWith(beginning, StringComparison.Ordinal)))
        {
            var name = Present(tensor.Name[beginning.Length..]);
            if (!known.Contains(name) || !found.Tensors.TryAdd(name, tensor))
            {
                found.Unexpected.Add(tensor with { Name = tensor.Name[beginning.Length..] });
            }
        }

        return found;
    }

    private static HashSet<string> Names(NetworkGraph graph) =>
        graph.Tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>What stands before names of the network, and before how many of them.</summary>
    private static OrderedDictionary<string, int> Beginnings(IReadOnlyList<FileTensor> tensors, HashSet<string> known)
    {
        var counts = new OrderedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            var place = 0;
            for (var depth = 0; depth < DeepestNesting && place < tensor.Name.Length; depth++)
            {
                if (known.Contains(Present(tensor.Name[place..])))
                {
                    var beginning = tensor.Name[..place];
                    counts[beginning] = counts.GetValueOrDefault(beginning) + 1;
                }

                var dot = tensor.Name.IndexOf('.', place);
                place = dot < 0 ? tensor.Name.Length : dot + 1;
            }
        }

        return counts;
    }

    [GeneratedRegex(@"(?<=\bdenselayer[0-9]+\.(norm|conv))\.(?=[12]\.)", RegexOptions.CultureInvariant)]
    private static partial Regex OldDenseLayer();
}

/// <summary>A file's tensors as a network sees them.</summary>
/// <param name="Tensors">Those that it knows, by its names.</param>
/// <param name="Unexpected">Those that it does not, by their own.</param>
internal sealed record FoundTensors(Dictionary<string, FileTensor> Tensors, List<FileTensor> Unexpected);
