using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;
using Plrs.MLNet.Weights;
using static TorchSharp.torch;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// One training, from data to model: <see cref="Prepare"/> does all that comes before the first step; <see cref="Train"/> finds bounds if
/// the schedule has none, trains the head, then the network on images, and makes the model.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    // The header, the settings and the metrics, generously.
    private const int BytesBesideTensors = 1 << 16;

    // A wait in eight steps costs a GPU little, and eight batches wait for it in page-locked memory at most.
    private const int StepsPerReadingOfGpu = 8;

    private readonly DateTimeOffset _startedAt = TimeProvider.System.GetUtcNow();
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly Stack<IDisposable> _owned = [];

    private TrainingRun(IHost host, Options options, int seed)
    {
        Host = host;
        Options = options;
        Plan = RunPlan.Of(options);
        Seed = seed;
        Stop = new StopCondition(options.Stopping.TimeBudget, TimeProvider.System, options.Stopping.Token);
    }

    public IHost Host { get; }

    /// <summary>The options, as they were given.</summary>
    public Options Options { get; }

    /// <summary>What they come to.</summary>
    public RunPlan Plan { get; }

    /// <summary>The seed of everything random.</summary>
    public int Seed { get; }

    /// <summary>When to end early.</summary>
    public StopCondition Stop { get; }

    /// <summary>The user's observers, and what writes lines about the progress.</summary>
    public IReadOnlyList<ITrainingObserver> Observers { get; private set; } = [];

    /// <summary>What finds signs of instability, or <see langword="null"/>.</summary>
    public InstabilityMonitor? Monitor { get; private set; }

    public string[] ClassNames { get; private set; } = [];

    /// <summary>The weights that training starts from.</summary>
    public StartingWeights Start { get; private set; } = null!;

    /// <summary>The network; it has these weights at first, and the model's in the end.</summary>
    public nn.Module<Tensor, Tensor> Network { get; private set; } = null!;

    public TrainingData Data { get; private set; } = null!;

    /// <summary>Where the images are kept.</summary>
    public ImageCache Cache { get; private set; } = null!;

    /// <summary>The settings of the session on images.</summary>
    public SessionSettings Settings { get; private set; } = null!;

    /// <summary>The bounds that a range test found for the run, or <see langword="null"/> if it made none.</summary>
    public PlrsBounds? FoundBounds { get; private set; }

    private IHostEnvironmentInternal Context => (IHostEnvironmentInternal)Host;

    /// <summary>
    /// Does all that comes before the first step: checks the data, reads starting weights and images, and makes the network.
    /// </summary>
    /// <param name="host">The trainer's host.</param>
    /// <param name="options">Options that are valid.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="train">The training data, with a label and a feature column.</param>
    /// <param name="validation">The validation data, or <see langword="null"/> to split it off, as the options say.</param>
    /// <returns>The run, to be disposed of.</returns>
    public static TrainingRun Prepare(IHost host, Options options, int seed, RoleMappedData train, RoleMappedData? validation)
    {
        var run = new TrainingRun(host, options, seed);
        try
        {
            run.PrepareFor(train, validation);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Trains to the end, or until it is to stop.</summary>
    /// <param name="featureColumn">The column of images that the model scores.</param>
    /// <returns>The model, which lives on without the run.</returns>
    public TorchImageClassificationModelParameters Train(string featureColumn)
    {
        if (Settings.Schedule is UnboundedPlrs { Seed: var seedOfDraws })
        {
            FoundBounds = BoundsSearch.ForRun(this);
            Settings = Settings with { Schedule = FoundBounds.CreateSchedule(seedOfDraws) };
        }

        RunLog.Start(this);
        var notes = RunNotes.Of(this);
        var observers = RunObservers.Of(this, notes);
        if (Plan.FineTuning.IsHeadOnly)
        {
            HeadTraining.Train(this, Network, HeadTraining.Features(this, Data), Settings, observers);
        }
        else
        {
            TrainOnImages(observers);
        }

        var weights = NetworkWeights.CopyOf(Plan.Network.CreateLayout(ClassNames.Length, Plan.Decoding.Size), Network);
        var record = RecordMaker.Make(this, notes, _startedAt, TimeProvider.System.GetElapsedTime(_start));
        return new TorchImageClassificationModelParameters(
            Host, Plan.Network, ClassNames.Length, Plan.Decoding, featureColumn, Options.ScoreColumnName, Data.Normalization, weights,
            record);
    }

    /// <summary>The network with the weights that it starts from.</summary>
    /// <param name="seed">The seed of those that are drawn.</param>
    public nn.Module<Tensor, Tensor> CreateNetwork(int seed)
    {
        var network = Plan.Network.CreateTrainable(ClassNames.Length, Plan.Decoding.Size, seed);
        Start.GiveTo(network, ClassNames);
        if (network is GraphModule module)
        {
            module.FreezesBatchNorm = Plan.FineTuning.FreezeBatchNorm;
        }

        return network;
    }

    public void Dispose()
    {
        if (_owned.TryPop(out var owned))
        {
            try
            {
                owned.Dispose();
            }
            finally
            {
                Dispose();
            }
        }
    }

    private void PrepareFor(RoleMappedData train, RoleMappedData? validation)
    {
        var label = train.Schema.Label!.Value;
        var classCount = CheckClassCount(train, label.Name);
        var classesOfValidation = validation is null ? null : Classes.Map(Host, label, validation.Schema.Label!.Value);
        ClassNames = Classes.OfAll(label);
        var classWeights = ClassWeights.Given(Host, Options.Steps.ClassBalance, label.Name, ClassNames);

        Observers = Options.ProgressWriter is { } writer
            ? [.. Options.Reporting.Observers, Own(ProgressLines.To(writer))]
            : Options.Reporting.Observers;
        Own(NativeAllocator.Use());
        var schedule = (Options.Schedule ?? new ConstantSchedule(Options.LearningRate)).WithDefaultSeed(Seed).WithLengthOfRun(Plan.Epochs);
        Start = StartingWeights.Of(Plan, classCount, Host, Stop);
        Network = Own(CreateNetwork(Seed));
        var images = Options.Images;
        Cache = Own(new ImageCache(Plan.Decoding, images.CacheMode, images.CacheBudget, Options.WorkspacePath, Context.TempFilePath));
        var device = DeviceChoice.Here(Options.Steps.Device, Context.GpuDeviceId, Context.FallbackToCpu);
        Settings = SettingsOn(device, schedule);
        RunLog.Device(this, device);
        CheckWorkspace(schedule);
        Data = RunData.Load(this, train, validation, classesOfValidation);
        new BatchMemory(Data.TrainImages.Length, Data.ValidationImages.Length, Plan.Decoding.Size)
            .Check(Options.BatchSize, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        Settings = Settings with
        {
            ClassWeights = Options.Steps.ClassBalance == ClassBalance.BalancedClassWeights
                ? ClassWeights.Balanced(Data.ClassSizes(classCount))
                : classWeights,
        };
        Monitor = Options.Reporting.InstabilitySignals.IsOn ? new InstabilityMonitor(classCount) : null;
    }

    private int CheckClassCount(RoleMappedData train, string labelColumn)
    {
        train.CheckMulticlassLabel(out var classCount);
        Host.CheckParam(
            classCount > 1, labelColumn, $"The label column '{labelColumn}' has only one class; image classification needs at least two.");
        Host.CheckParam(
            classCount <= TorchImageClassificationModelParameters.LargestClassCount,
            labelColumn,
            $"The label column '{labelColumn}' has {classCount} classes; " +
            $"a model has at most {TorchImageClassificationModelParameters.LargestClassCount}.");
        return classCount;
    }

    private SessionSettings SettingsOn(DeviceChoice device, ILearningRateSchedule schedule)
    {
        var (steps, signals) = (Options.Steps, Options.Reporting.InstabilitySignals);
        return new SessionSettings
        {
            Epochs = Plan.Epochs,
            BatchSize = Options.BatchSize,
            MinimumLastBatchSize = steps.MinimumLastBatchSize,
            Schedule = schedule,
            Optimizer = Options.Optimizer,
            Groups = Network is GraphModule { Graph: var graph }
                ? Plan.FineTuning.Plan(graph, Options.Optimizer.DecaysNormsAndBiases)
                : null,
            MixupAlpha = Plan.FineTuning.IsHeadOnly ? 0 : Plan.Augmentation?.MixupAlpha ?? 0,
            LabelSmoothing = steps.LabelSmoothing,
            SamplesClassesEqually = steps.ClassBalance == ClassBalance.WeightedSampler,
            Precision = steps.Precision,
            Device = device.Torch,
            MeasuresGradients = signals.IsOn,
            SmoothnessInterval = Network is GraphModule ? signals.SmoothnessInterval : null,
            StepsPerReading = device.IsGpu ? StepsPerReadingOfGpu : 1,
            Seed = Seed,
        };
    }

    /// <summary>Finds out before images are loaded whether the workspace has room for a checkpoint.</summary>
    private void CheckWorkspace(ILearningRateSchedule schedule)
    {
        if (Options.Checkpoints.Writes)
        {
            var best = Options.EarlyStoppingCriteria is null ? 0 : WeightsSnapshot.Length(Network);
            var average = Options.AveragingWith(schedule).IsOn ? AveragedWeights.Length(Network) : 0;
            CheckpointStore.Probe(
                Options.WorkspacePath!, TrainingState.Length(Network, Options.Optimizer) + best + average + BytesBesideTensors);
        }
    }

    private void TrainOnImages(IEnumerable<TrainingObserver> observers)
    {
        var all = Plan.FineTuning.HeadEpochs > 0 ? [.. observers, new HeadFirstObserver(() => HeadTraining.TrainFirst(this))] : observers;
        using var session = new TrainingSession(Settings, Data.Images(Plan.Augmentation, Settings.Seed), Network, all);
        session.Run();
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }
}
