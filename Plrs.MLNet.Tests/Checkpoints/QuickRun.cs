using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Records;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Tests.Support;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Tests.Checkpoints;

/// <summary>One training of a few quick steps, with all that it reported.</summary>
internal sealed class QuickRun
{
    public const int Seed = 11;

    /// <summary>20 images, 5 of them for validation, 15 in batches of 4.</summary>
    public const int StepsPerEpoch = 4;

    public const int Epochs = 3;

    private static readonly Lazy<ITransformer> Pretrained = new(FineTuningRun.Pretrain);

    /// <summary>The settings that tests interrupt and resume: everything that a checkpoint has to carry is on.</summary>
    public static readonly IReadOnlyDictionary<string, Action<Options>> Variants = new Dictionary<string, Action<Options>>
    {
        ["SGD with momentum, early stopping"] = options =>
        {
            options.Optimizer = new SgdOptions { Momentum = 0.9, Nesterov = true };
            options.EarlyStoppingCriteria = new EarlyStopping { Metric = EarlyStoppingMetric.Loss };
        },
        ["AdamW, augmentation"] = options =>
        {
            options.Optimizer = new AdamWOptions();
            options.Images.Augmentation = ImageAugmentation.CropAndFlip;
        },
        ["photos, mixup, smoothed labels, balanced sampling"] = options =>
        {
            options.Optimizer = new SgdOptions { Momentum = 0.9 };
            options.Images.Augmentation = ImageAugmentation.Photos with { Hue = 0.1, MixupAlpha = 0.4 };
            options.Steps.LabelSmoothing = 0.1;
            options.Steps.ClassBalance = ClassBalance.WeightedSampler;
        },
        ["mixup, weighted loss, mixed precision"] = options =>
        {
            options.Images.Augmentation = new ImageAugmentation { MixupAlpha = 0.4 };
            options.Steps.LabelSmoothing = 0.1;
            options.Steps.ClassBalance = ClassBalance.BalancedClassWeights;
            options.Steps.Precision = TrainingPrecision.MixedBFloat16;
        },
        ["averaged from epoch 1, norms recomputed"] = options =>
            options.WeightAveraging = WeightAveraging.Uniform(fromEpoch: 1) with { UpdateBatchNorm = true },
        ["no averaging"] = options => options.WeightAveraging = WeightAveraging.None,
        ["Adam"] = options => options.Optimizer = new AdamOptions(),
        ["plain SGD"] = _ => { },
        ["head alone"] = options =>
        {
            options.StartFrom = PretrainedWeights.Model(Pretrained.Value);
            options.FineTuning = FineTuning.HeadOnly;
            options.Optimizer = new SgdOptions { Momentum = 0.9 };
        },
        ["gradual, momentum"] = options =>
        {
            options.StartFrom = PretrainedWeights.Model(Pretrained.Value);
            options.FineTuning = FineTuning.Gradual with { HeadEpochs = 2, EpochsPerGroup = 1, FreezeBatchNorm = false };
            options.Optimizer = new SgdOptions { Momentum = 0.9, WeightDecay = 0.01 };
        },
        ["gradual, Adam"] = options =>
        {
            options.StartFrom = PretrainedWeights.Model(Pretrained.Value);
            options.FineTuning = FineTuning.Gradual with { HeadEpochs = 0, EpochsPerGroup = 1 };
            options.Optimizer = new AdamOptions();
        },
    };

    private string? _weights;

    /// <summary>The number of images.</summary>
    public int Images { get; init; } = 20;

    /// <summary>The context's seed.</summary>
    public int? ContextSeed { get; init; } = Seed;

    /// <summary>Called with each message of the log.</summary>
    public Action<string>? OnLog { get; set; }

    public List<StepMetrics> Steps { get; } = [];

    public List<ImageClassificationMetrics> Metrics { get; } = [];

    public List<string> Log { get; } = [];

    public List<string> Warnings { get; } = [];

    /// <summary>A text that is equal for equal weights and buffers, bit by bit.</summary>
    public string Weights => _weights ?? throw new InvalidOperationException("The run did not come to its end.");

    /// <summary>The record of the model.</summary>
    public TrainingRecord? Record { get; private set; }

    /// <summary>All that the callbacks were given but speeds, a line for each call.</summary>
    public IEnumerable<string> Reports =>
    [
        .. Steps.Select(step => (step with { ImagesPerSecond = 0 }).ToString()),
        .. Metrics.Select(metrics => (metrics with { ImagesPerSecond = 0 }).ToString()),
    ];

    public static Options QuickOptions(string variant = "plain SGD")
    {
        var options = TestPipeline.QuickOptions(Epochs);
        options.Images.Size = 8;
        options.BatchSize = 4;
        options.ValidationSetFraction = 0.25f;
        Variants[variant](options);
        return options;
    }

    /// <summary>The same with a checkpoint after every step, resuming from the newest.</summary>
    public static Options CheckpointedOptions(string variant, TemporaryFolder workspace)
    {
        var options = QuickOptions(variant);
        options.WorkspacePath = workspace.Path;
        options.Checkpoints.Interval = TimeSpan.FromTicks(1);
        options.Checkpoints.ResumeFrom = CheckpointSource.Newest;
        return options;
    }

    public static string CheckpointPath(TemporaryFolder workspace, int steps) =>
        Checkpoints(workspace).Single(path => Path.GetFileName(path) == $"checkpoint-{steps:D12}.plrs");

    /// <summary>All files in the workspace, which one run has used, by name.</summary>
    public static string[] Checkpoints(TemporaryFolder workspace)
    {
        var files = Directory.GetFiles(RunFolder(workspace.Path));
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    /// <summary>The folder of the one run that has used a workspace; there is nothing else in the workspace.</summary>
    public static string RunFolder(string workspace)
    {
        Assert.IsEmpty(Directory.GetFiles(workspace));
        return Directory.GetDirectories(workspace).Single(folder => Path.GetFileName(folder) != "features");
    }

    /// <summary>An observer that would write a checkpoint after an hour.</summary>
    public static CheckpointObserver IdleCheckpoints() => new(
        ((IHostEnvironment)new MLContext(Seed)).Register("test"),
        new CheckpointOptions { Interval = TimeSpan.FromHours(1) },
        store: null,
        RunFingerprint.Of([], TorchSharp.torch.CPU),
        told: [],
        TimeProvider.System);

    /// <summary>Trains to the end.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="onStep">Called after each step with the number of steps done.</param>
    /// <param name="onMetrics">Called with each epoch's figures.</param>
    public static QuickRun Train(
        Options options, Action<MLContext, long>? onStep = null, Action<MLContext, ImageClassificationMetrics>? onMetrics = null)
    {
        var run = new QuickRun();
        run.Fit(options, onStep, onMetrics);
        return run;
    }

    /// <summary>Trains until an error ends it.</summary>
    public static (QuickRun Run, TError Error) Fail<TError>(
        Options options, Action<MLContext, long>? onStep = null, Action<MLContext, ImageClassificationMetrics>? onMetrics = null)
        where TError : Exception
    {
        var run = new QuickRun();
        return (run, Assert.ThrowsExactly<TError>(() => run.Fit(options, onStep, onMetrics)));
    }

    /// <summary>Stops as soon as a checkpoint is read.</summary>
    public void FitUntilResumed(Options options)
    {
        using var stop = new CancellationTokenSource();
        options.Stopping.Token = stop.Token;
        OnLog = message =>
        {
            if (message.StartsWith("Resumed from ", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        };
        Fit(options);
    }

    public void Fit(
        Options options, Action<MLContext, long>? onStep = null, Action<MLContext, ImageClassificationMetrics>? onMetrics = null)
    {
        var mlContext = new MLContext(ContextSeed);
        mlContext.Log += (_, e) =>
        {
            Log.Add(e.RawMessage);
            OnLog?.Invoke(e.RawMessage);
            if (e.IsWarning())
            {
                Warnings.Add(e.RawMessage);
            }
        };
        options.Reporting.Observers = [.. options.Reporting.Observers.Where(observer => observer is not OfRun), new OfRun(step =>
        {
            Steps.Add(step);
            onStep?.Invoke(mlContext, step.Step.Index + 1);
        })];
        options.MetricsCallback = metrics =>
        {
            Metrics.Add(metrics);
            onMetrics?.Invoke(mlContext, metrics);
        };

        var model = TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(Images)));
        Record = model.GetTrainingRecord();
        _weights = Convert.ToHexString(SHA256.HashData(TestNetworks.WeightBytes(TestPipeline.Model(model).Weights)));
    }

    // Options may be used for several runs.
    private sealed class OfRun(Action<StepMetrics> step) : ITrainingObserver
    {
        public void OnStep(StepMetrics metrics) => step(metrics);
    }
}
