using Microsoft.ML.Runtime;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Randomness;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Training;
using static TorchSharp.torch;

namespace Plrs.MLNet.ImageClassification;

/// <summary>Trains a network's head on the features that the rest of it makes of the images.</summary>
internal static class HeadTraining
{
    // 32 photos of 224×224, or as many smaller ones as have their pixels.
    private const int PixelsPerFeatureBatch = 32 * 224 * 224;

    /// <summary>Trains the head before the first step on images.</summary>
    public static void TrainFirst(TrainingRun run)
    {
        var settings = run.Settings.WithoutSignals() with
        {
            Epochs = run.Plan.FineTuning.HeadEpochs,
            MixupAlpha = 0,
            Seed = run.Seed,
            Schedule = WithOwnDraws(ScheduleFor(run.Settings.Schedule, run.Options.LearningRate)),
        };
        Train(run, run.Network, Features(run, run.Data), settings, RunObservers.OfHeadFirst(run));
    }

    /// <summary>Trains a head for some epochs.</summary>
    /// <param name="run">The run.</param>
    /// <param name="trained">The network, of a graph; its head has the trained weights in the end.</param>
    /// <param name="features">The features.</param>
    /// <param name="settings">The settings of the training.</param>
    /// <param name="observers">The observers of the head's session.</param>
    public static void Train(
        TrainingRun run, nn.Module<Tensor, Tensor> trained, HeadData features, SessionSettings settings,
        IEnumerable<TrainingObserver> observers)
    {
        var network = (GraphModule)trained;
        var graph = network.Graph.HeadAlone();
        using var head = new GraphModule(graph, run.Seed);
        features.Scaling.Rescale(network, head);
        settings = settings with { Groups = run.Plan.FineTuning.PlanHead(graph, settings.Optimizer.DecaysNormsAndBiases) };
        using (var session = new TrainingSession(settings, features.Session, head, observers))
        {
            Run(session);
        }

        features.Scaling.Unscale(head, network);
    }

    /// <summary>
    /// The schedule with which the head is trained first: the run's if it draws and has no plan; plans are for the epochs on images.
    /// </summary>
    public static ILearningRateSchedule ScheduleFor(ILearningRateSchedule schedule, double learningRate) =>
        schedule is ISeededSchedule { Seed: not null } && !schedule.HasPlan() ? schedule : new ConstantSchedule(learningRate);

    /// <summary>The schedule with other draws than the steps on images, which count from 0 as well.</summary>
    public static ILearningRateSchedule WithOwnDraws(ILearningRateSchedule schedule) =>
        schedule is ISeededSchedule { Seed: { } seed } seeded
            ? seeded.WithSeed(unchecked((int)Philox4x32.Bits(seed, RandomStream.Head, index: 0)))
            : schedule;

    /// <summary>The features of some images, computed or read from the workspace.</summary>
    public static HeadData Features(TrainingRun run, TrainingData data)
    {
        var (plan, network) = (run.Plan, (GraphModule)run.Network);
        using var channel = run.Host.Start("Features");
        using var progress = run.Host.StartProgressChannel("Features");
        var size = plan.Decoding.Size;
        var extractor = new FeatureExtractor(
            network, data.Normalization, Math.Max(1, PixelsPerFeatureBatch / (size * size)), run.Settings.Device);
        var key = $"{plan.Network} {run.Start.BackboneDigest ?? $"seed {run.Seed}"} {plan.Decoding} {data.Normalization}";
        var file = run.Options.WorkspacePath is { } workspace ? new FeatureFile(workspace, key) : null;
        var source = new FeatureSource(extractor, network.Graph.Nodes[network.Graph.Features].Shape.Channels, run.Cache.Derived, file);
        var validation = data.HasValidation && data.ValidationSet != data.TrainSet ? data.ValidationSet.Count : 0;
        var (before, all) = (0, data.TrainSet.Count + validation);
        return HeadData.Create(data, mirrors: plan.Augmentation?.HorizontalFlip ?? false, images =>
        {
            var features = source.Of(images, done => Report(before + done), channel.Info, channel.Warning);
            before += images.Count;
            return features;
        });

        void Report(int done)
        {
            run.Host.CheckAlive();
            if (run.Stop.NoModelYet() is { } stopped)
            {
                throw stopped;
            }

            progress.SetHeader(new ProgressHeader(["images"]), entry => entry.SetProgress(0, done, all));
            run.Observers.Tell(TrainingStage.ComputingFeatures, done, all);
        }
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
}
