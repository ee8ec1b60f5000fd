using Microsoft.ML.Runtime;
using Plrs.MLNet.Images.Caching;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Training;
using Plrs.MLNet.Training.Features;
using Plrs.MLNet.Training.Observers;
using static TorchSharp.torch;

namespace Plrs.MLNet.ImageClassification;

/// <content>Training the head on features.</content>
public sealed partial class TorchImageClassificationTrainer
{
    // As many values as a step's batch of ten thousand pixels an image: features need no more than a forward pass.
    private const int PixelsPerFeatureBatch = 32 * 224 * 224;

    /// <summary>Trains a network on images, its head first where the recipe says so.</summary>
    private void TrainAll(
        nn.Module<Tensor, Tensor> network, StartingPoint start, TrainingData data, ImageCache cache, TrainingSettings settings, IEnumerable<TrainingObserver> observers, StopCondition stop)
    {
        var headEpochs = _recipe.FineTuning.HeadEpochs;
        var headFirst = new HeadFirstObserver(() => TrainHead((GraphModule)network, start, data, cache, settings with { Epochs = headEpochs, MixupAlpha = 0 }, ObserversOfHeadFirst(stop)));
        using var session = new TrainingSession(settings, data.Images(_recipe.Augmentation, _seed), network, headEpochs > 0 ? [.. observers, headFirst] : observers);
        session.Run();
    }

    /// <summary>Trains a network's head for some epochs, on the features that the rest of it makes of the images.</summary>
    /// <param name="network">The network; its head has the trained weights in the end.</param>
    /// <param name="start">What the network's training starts from.</param>
    /// <param name="data">The images.</param>
    /// <param name="cache">Where features are kept.</param>
    /// <param name="settings">The settings of the training.</param>
    /// <param name="observers">The observers of the head's session.</param>
    private void TrainHead(GraphModule network, StartingPoint start, TrainingData data, ImageCache cache, TrainingSettings settings, IEnumerable<TrainingObserver> observers)
    {
        var graph = network.Graph.HeadAlone();
        using var head = new GraphModule(graph, _seed);
        var features = Features(network, start, data, cache, settings);
        features.Scaling.Rescale(network, head);
        settings = settings with { Groups = _recipe.FineTuning.PlanHead(graph, settings.Optimizer.DecaysNormsAndBiases) };
        using (var session = new TrainingSession(settings, features.Session, head, observers))
        {
            session.Run();
        }

        features.Scaling.Unscale(head, network);
    }

    private HeadData Features(GraphModule network, StartingPoint start, TrainingData data, ImageCache cache, TrainingSettings settings)
    {
        using var channel = Host.Start("Features");
        using var progress = Host.StartProgressChannel("Features");
        var size = _recipe.Decoding.Size;
        var extractor = new FeatureExtractor(network, data.Normalization, Math.Max(1, PixelsPerFeatureBatch / (size * size)), settings.Device);
        var file = _options.WorkspacePath is { } workspace ? new FeatureFile(workspace, $"{_recipe.Network} {start.Digest} {_recipe.Decoding} {data.Normalization}") : null;
        var source = new FeatureSource(extractor, network.Graph.Nodes[network.Graph.Features].Shape.Channels, cache.Derived, file);
        return HeadData.Create(data, mirrors: _recipe.Augmentation?.HorizontalFlip ?? false, images => source.Of(images, done => Report(done, images.Count), channel.Info, channel.Warning));

        void Report(int done, int all)
        {
            Host.CheckAlive();
            progress.SetHeader(new ProgressHeader(["images"]), entry => entry.SetProgress(0, done, all));
        }
    }

    private IEnumerable<TrainingObserver> ObserversOfHeadFirst(StopCondition stop)
    {
        yield return new CancellationObserver(Host);
        yield return new StopObserver(stop);
    }
}
