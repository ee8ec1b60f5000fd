using Microsoft.ML.Runtime;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Training;
using Plrs.MLNet.Training.Features;
using Plrs.MLNet.Training.Observers;

namespace Plrs.MLNet.ImageClassification;

/// <content>Training the head on features.</content>
public sealed partial class TorchImageClassificationTrainer
{
    // 32 photos of 224×224, or as many smaller ones as have their pixels.
    private const int PixelsPerFeatureBatch = 32 * 224 * 224;

    /// <summary>Trains a network on images, its head first where the recipe says so.</summary>
    /// <param name="run">The run.</param>
    /// <param name="observers">The observers of its session.</param>
    private void TrainAll(PreparedRun run, IEnumerable<TrainingObserver> observers)
    {
        var headEpochs = _recipe.FineTuning.HeadEpochs;
        var settingsOfHead = run.Settings.WithoutSignals() with { Epochs = headEpochs, MixupAlpha = 0, Seed = _seed, Schedule = ScheduleOfHead(run.Settings.Schedule, _options.LearningRate) };
        var headFirst = new HeadFirstObserver(
            () => TrainHead((GraphModule)run.Network, HeadData(run), settingsOfHead, ObserversOfHeadFirst(run)));
        using var session = new TrainingSession(
            run.Settings, run.Data.Images(_recipe.Augmentation, run.Settings.Seed), run.Network, headEpochs > 0 ? [.. observers, headFirst] : observers);
        session.Run();
    }

    /// <summary>The schedule with which the head is trained first: the run's, where it draws and has no plan; plans are for the epochs on images.</summary>
    internal static ILearningRateSchedule ScheduleOfHead(ILearningRateSchedule schedule, float learningRate) =>
        schedule is ISeededSchedule { Seed: not null } && !schedule.HasPlan() ? schedule : ConstantSchedule.Of(learningRate);

    /// <summary>Trains a network's head for some epochs, on the features that the rest of it makes of the images.</summary>
    /// <param name="network">The network; its head has the trained weights in the end.</param>
    /// <param name="features">The features.</param>
    /// <param name="settings">The settings of the training.</param>
    /// <param name="observers">The observers of the head's session.</param>
    private void TrainHead(GraphModule network, HeadData features, TrainingSettings settings, IEnumerable<TrainingObserver> observers)
    {
        var graph = network.Graph.HeadAlone();
        using var head = new GraphModule(graph, _seed);
        features.Scaling.Rescale(network, head);
        settings = settings with { Groups = _recipe.FineTuning.PlanHead(graph, settings.Optimizer.DecaysNormsAndBiases) };
        using (var session = new TrainingSession(settings, features.Session, head, observers))
        {
            Run(session);
        }

        features.Scaling.Unscale(head, network);
    }

    /// <summary>Says of a divergence that it is the head's: its steps and its rates are others than those of the images.</summary>
    private static void Run(TrainingSession head)
    {
        try
        {
            head.Run();
        }
        catch (TrainingDivergedException e)
        {
            throw e.With(["It was the head that diverged, which is trained on features."]);
        }
    }

    private HeadData HeadData(PreparedRun run)
    {
        var network = (GraphModule)run.Network;
        using var channel = Host.Start("Features");
        using var progress = Host.StartProgressChannel("Features");
        var size = _recipe.Decoding.Size;
        var extractor = new FeatureExtractor(network, run.Data.Normalization, Math.Max(1, PixelsPerFeatureBatch / (size * size)), run.Settings.Device);
        var file = _options.WorkspacePath is { } workspace ? new FeatureFile(workspace, $"{_recipe.Network} {run.Start.BackboneDigest ?? $"seed {_seed}"} {_recipe.Decoding} {run.Data.Normalization}") : null;
        var source = new FeatureSource(extractor, network.Graph.Nodes[network.Graph.Features].Shape.Channels, run.Cache.Derived, file);
        var (train, validation) = (run.Data.TrainSet, run.Data.ValidationSet);
        var (before, all) = (0, train.Count + (run.Data.HasValidation && validation != train ? validation.Count : 0));
        return Training.Features.HeadData.Create(run.Data, mirrors: _recipe.Augmentation?.HorizontalFlip ?? false, images =>
        {
            var features = source.Of(images, done => Report(before + done), channel.Info, channel.Warning);
            before += images.Count;
            return features;
        });

        void Report(int done)
        {
            Host.CheckAlive();
            if (run.Stop.NoModelYet() is { } stopped)
            {
                throw stopped;
            }

            progress.SetHeader(new ProgressHeader(["images"]), entry => entry.SetProgress(0, done, all));
            run.Told.Tell(TrainingStage.ComputingFeatures, done, all);
        }
    }

    private IEnumerable<TrainingObserver> ObserversOfHeadFirst(PreparedRun run)
    {
        yield return new CancellationObserver(Host);
        yield return new StopObserver(run.Stop);
        yield return new ProgressObserver(Host, "Head");
        yield return new HeadStageObserver(run.Told, run.Data);
    }
}
