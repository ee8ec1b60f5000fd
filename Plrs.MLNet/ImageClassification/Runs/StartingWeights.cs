using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Common;
using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Training;
using Plrs.MLNet.Weights;
using static TorchSharp.torch;

namespace Plrs.MLNet.ImageClassification;

/// <summary>What the training of a network starts from, read.</summary>
/// <param name="Values">
/// The values of some or all of its tensors, by name. Without any it starts at random, with some a head that is not among them at zero.
/// </param>
/// <param name="Normalization">How it takes images, or <see langword="null"/> to measure the training images.</param>
/// <param name="Head">The head of the model that is trained on, or <see langword="null"/>.</param>
internal sealed record StartingWeights(
    IReadOnlyDictionary<string, WeightTensor> Values, Normalization? Normalization, TrainedHead? Head = null)
{
    private const int SizeOfPhotos = 224;

    /// <summary>Tells it from others.</summary>
    public string Digest => DigestOf(Head is null ? Values : [.. Values, .. Head.Tensors.Index().Select(NamedByClasses)]) ?? "random";

    /// <summary>Tells what it gives to the layers below the head from others; <see langword="null"/> when that is random.</summary>
    public string? BackboneDigest => DigestOf(Values.Where(value => !HeadNames.Contains(value.Key)));

    /// <summary>What to tell of them; <see langword="null"/> for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>The names of the head's tensors.</summary>
    public IReadOnlyList<string> HeadNames { get; init; } = [];

    /// <summary>Reads what a plan asks for; what is known by name and not there is downloaded.</summary>
    /// <exception cref="InvalidOperationException">It is not there, or does not fit the network.</exception>
    /// <exception cref="TrainingStoppedException">The download was to stop.</exception>
    public static StartingWeights Of(RunPlan plan, int classCount, IHost host, StopCondition stop)
    {
        try
        {
            return plan.StartFrom switch
            {
                PretrainedWeights.RandomWeights =>
                    new StartingWeights(new Dictionary<string, WeightTensor>(), Colors(plan.Network.Normalization)),
                PretrainedWeights.ImageNetWeights { Sha256: var sha256 } when plan.Network.Equals(Network.MLNetResNet18) =>
                    OfPackage(Graph(plan, classCount), sha256),
                PretrainedWeights.ImageNetWeights { Sha256: var sha256 } => OfFile(
                    stop.Wait(token => DownloadReport.Get(new WeightsDownload(), host, KnownWeights.Get(plan.Network), sha256, token)),
                    Graph(plan, classCount),
                    KnownWeights.Normalization),
                PretrainedWeights.FileWeights file => OfFile(file.Path, Graph(plan, classCount), file.Normalization ?? Usual(plan.Network)),
                PretrainedWeights.ModelWeights model => OfModel(ModelChain.Classifier(model.Transformer), plan.Network, classCount),
                var other => throw new NotSupportedException($"Training cannot start from {other}."),
            };
        }
        catch (Exception e) when (e is FormatException || FileFailure.Is(e))
        {
            throw new InvalidOperationException(e.Message, e);
        }
    }

    /// <summary>Gives its values to a network.</summary>
    /// <param name="network">The network, with random weights.</param>
    /// <param name="classNames">The names of its classes.</param>
    public void GiveTo(nn.Module network, IReadOnlyList<string> classNames)
    {
        if (Values.Count == 0)
        {
            return;
        }

        var values = new Dictionary<string, WeightTensor>(Values);
        var head = network is GraphModule { Graph: var graph } ? HeadOf(graph) : [];
        var ofModel = Head?.For(classNames);
        for (var i = 0; i < head.Count; i++)
        {
            // From zero, a head that knows nothing yet does not disturb what is below it.
            values.TryAdd(head[i].Name, ofModel?[i] ?? new WeightTensor(new byte[head[i].Bytes]));
        }

        NetworkWeights.CopyTo(network, values);
    }

    // Its rows are placed by the names of its classes.
    private KeyValuePair<string, WeightTensor> NamedByClasses((int Index, WeightTensor Item) tensor) =>
        KeyValuePair.Create($"{HeadNames[tensor.Index]} {string.Join('\0', Head!.ClassNames)}", tensor.Item);

    private static IReadOnlyList<NetworkTensor> HeadOf(NetworkGraph graph) => graph.TensorsOf[graph.Output];

    private static string? DigestOf(IEnumerable<KeyValuePair<string, WeightTensor>> values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var isEmpty = true;
        foreach (var (name, value) in values.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(value.Bytes);
            isEmpty = false;
        }

        return isEmpty ? null : Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    private static NetworkGraph Graph(RunPlan plan, int classCount) => plan.Network.CreateGraph(classCount, plan.Decoding.Size);

    private static Normalization? Colors(ImageNormalization? known) =>
        known is null ? null : new Normalization([.. known.Mean], [.. known.StandardDeviation]);

    private static ImageNormalization? Usual(NetworkDefinition network) =>
        network.Normalization ?? (network.ImageSize >= SizeOfPhotos ? ImageNormalization.ImageNet : null);

    private static StartingWeights OfPackage(NetworkGraph graph, string? sha256)
    {
        var path = ResNet18Package.FilePath;
        if (!File.Exists(path))
        {
            throw new InvalidOperationException(
                "Training starts from weights for ImageNet by default, " +
                $"and those of {nameof(Network.MLNetResNet18)} are not there: '{path}' is missing. " +
                $"Reference the package {ResNet18Package.Name}, which puts them there; or set " +
                $"{nameof(TorchImageClassificationTrainer.Options.StartFrom)} to PretrainedWeights.File(path) for weights of your own; " +
                $"or {nameof(TorchImageClassificationTrainer.Options.Arch)} to a network whose weights are downloaded, " +
                "such as Network.ResNet18; " +
                $"or {nameof(TorchImageClassificationTrainer.Options.StartFrom)} to PretrainedWeights.None to train from scratch, " +
                "which takes thousands of images.");
        }

        if (sha256 is not null
            && FileDigest.Of(path) is var digest
            && digest != FileDigest.Checked(sha256, start: "", Path.GetFileName(path)))
        {
            throw new InvalidOperationException($"The weights '{path}' have the SHA-256 {digest}, not {sha256}.");
        }

        return new StartingWeights(ResNet18Package.Read(path, graph), Colors(ResNet18Package.Input));
    }

    private static StartingWeights OfFile(string path, NetworkGraph graph, ImageNormalization? normalization)
    {
        var tensors = WeightsFile.Read(path);
        return new(WeightsMatching.Match(path, tensors, graph), Colors(normalization))
        {
            HeadNames = [.. HeadOf(graph).Select(tensor => tensor.Name)],
            Note = WeightsMatching.Choice(path, tensors, graph),
        };
    }

    private static StartingWeights OfModel(TorchImageClassificationTransformer classifier, NetworkDefinition network, int classCount)
    {
        var model = classifier.Model;
        if (!model.Network.Equals(network))
        {
            throw new InvalidOperationException(
                $"Arch is {network}, but the model to start from is of {model.Network}: leave Arch at null, or set it to the model's.");
        }

        if (network is ModuleDefinition)
        {
            return model.ClassCount == classCount
                ? new StartingWeights(
                    model.Weights.Layout.Tensors.ToDictionary(tensor => tensor.Name, tensor => model.Weights[tensor.Name]),
                    model.Normalization)
                : throw new InvalidOperationException(
                    $"The model to start from has {model.ClassCount} classes, and the data {classCount}: " +
                    $"of {network}, a TorchSharp module, nothing is known of the layers, and so no head can be replaced.");
        }

        var head = HeadOf(model.Weights.Graph).Select(tensor => tensor.Name).ToArray();
        return new StartingWeights(
            model.Weights.Layout.Tensors.Where(tensor => !head.Contains(tensor.Name))
                .ToDictionary(tensor => tensor.Name, tensor => model.Weights[tensor.Name]),
            model.Normalization,
            new TrainedHead([.. head.Select(name => model.Weights[name])], classifier.Classes))
        {
            HeadNames = head,
        };
    }
}
