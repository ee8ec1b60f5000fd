using System.Security.Cryptography;
using Plrs.MLNet.Files;
using Plrs.MLNet.Images.Batching;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.ImageClassification;

/// <summary>What the training of a network starts from, read.</summary>
/// <param name="Values">The values of some or all of its tensors, by name; the others start at random, and the head at zero where there are any.</param>
/// <param name="Normalization">How it takes images, or <see langword="null"/> to measure the training images.</param>
/// <param name="Head">The head of the model that is trained on, or <see langword="null"/>.</param>
internal sealed record StartingPoint(IReadOnlyDictionary<string, WeightTensor> Values, Normalization? Normalization, TrainedHead? Head = null)
{
    private static readonly StartingPoint Random = new(new Dictionary<string, WeightTensor>(), Normalization: null);

    /// <summary>Tells it from others.</summary>
    public string Digest
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var (_, value) in Values.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                hash.AppendData(value.Bytes);
            }

            return Values.Count == 0 ? "random" : Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
        }
    }

    /// <summary>Gives its values to a network.</summary>
    /// <param name="network">The network, with random weights.</param>
    /// <param name="classNames">The names of its classes.</param>
    public void GiveTo(GraphModule network, IReadOnlyList<string> classNames)
    {
        if (Values.Count == 0)
        {
            return;
        }

        var head = network.Graph.Tensors.Where(tensor => tensor.Group == NetworkGraph.HeadGroup).ToArray();
        var values = new Dictionary<string, WeightTensor>(Values);
        var ofModel = Head?.For(classNames);
        for (var i = 0; i < head.Length; i++)
        {
            // From zero, a head that knows nothing yet does not disturb what is below it.
            values.TryAdd(head[i].Name, ofModel?[i] ?? new WeightTensor(new byte[head[i].Bytes]));
        }

        NetworkWeights.Load(network, values);
    }

    /// <summary>Reads what a recipe asks for.</summary>
    /// <exception cref="InvalidOperationException">It is not there, or does not fit the network.</exception>
    public static StartingPoint Of(Recipe recipe, NetworkGraph graph)
    {
        try
        {
            return recipe.StartFrom switch
            {
                PretrainedWeights.ImageNetWeights => OfPackage(graph),
                PretrainedWeights.ModelWeights model => OfModel(model.Classifier(), recipe.Network),
                _ => Random,
            };
        }
        catch (Exception e) when (e is FormatException || FileFailure.Is(e))
        {
            throw new InvalidOperationException($"Training cannot start from {recipe.StartFrom}: {e.Message}", e);
        }
    }

    private static StartingPoint OfPackage(NetworkGraph graph)
    {
        var path = ResNet18Package.FilePath;
        if (!File.Exists(path))
        {
            throw new InvalidOperationException(
                $"Training starts from weights for ImageNet by default, and those of {nameof(Network.MLNetResNet18)} are not there: '{path}' is missing. " +
                $"Reference the package {ResNet18Package.Name}, which puts them there; or set {nameof(TorchImageClassificationTrainer.Options.StartFrom)} to PretrainedWeights.File(path) for weights of your own; " +
                $"or to PretrainedWeights.None to train from scratch, which takes thousands of images.");
        }

        var (mean, deviation) = ResNet18Package.Input;
        return new StartingPoint(ResNet18Package.Read(path, graph), new Normalization([.. mean], [.. deviation]));
    }

    private static StartingPoint OfModel(TorchImageClassificationTransformer classifier, NetworkDefinition network)
    {
        var model = classifier.Model;
        if (!model.Network.Equals(network))
        {
            throw new InvalidOperationException($"Arch is {network}, but the model to start from is of {model.Network}: leave Arch at null, or set it to the model's.");
        }

        var names = model.Weights.Graph.Tensors.ToLookup(tensor => tensor.Group == NetworkGraph.HeadGroup, tensor => tensor.Name);
        return new StartingPoint(
            names[false].ToDictionary(name => name, name => model.Weights[name]),
            model.Normalization,
            new TrainedHead([.. names[true].Select(name => model.Weights[name])], classifier.ClassNames));
    }
}
