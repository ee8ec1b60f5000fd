using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Plrs.MLNet.Files;
using Plrs.MLNet.ImageClassification.Records;
using Plrs.MLNet.Images;
using Plrs.MLNet.Images.Batching;
using Plrs.MLNet.Images.Caching;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;
using Plrs.MLNet.Training.Observers;
using Plrs.MLNet.Training.Progress;
using Plrs.MLNet.Training.Signals;
using Plrs.MLNet.Weights;
using static TorchSharp.torch;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// Trains a convolutional network to classify images, with TorchSharp; the counterpart of ML.NET's
/// <c>ImageClassificationTrainer</c>, which trains with TensorFlow.
/// It starts from pretrained weights by default, and trains all layers or some: see <see cref="Options.StartFrom"/> and <see cref="Options.FineTuning"/>.
/// </summary>
/// <remarks>
/// <para>Input: the label column is a key; the feature column is a variable-size vector of bytes, an encoded image, as
/// <c>LoadRawImageBytes</c> makes it, or an <see cref="MLImage"/>, as <c>LoadImages</c> makes it. Images that cannot be used are
/// skipped, counted and reported to the log and to <see cref="Options.SkippedImageCallback"/>.</para>
/// <para>Output: <c>Score</c>, a vector with the probability of each class, with the classes' names as slot names, and
/// <c>PredictedLabel</c>, the key of the most probable class.</para>
/// <list type="table">
/// <listheader><term>Trainer characteristic</term><description>Value</description></listheader>
/// <item><term>Machine learning task</term><description>Multiclass classification</description></item>
/// <item><term>Is normalization required?</term><description>No</description></item>
/// <item><term>Is caching required?</term><description>No</description></item>
/// <item>
/// <term>Required NuGet in addition to Microsoft.ML</term>
/// <description>
/// Plrs.MLNet.Cpu; or Plrs.MLNet, Microsoft.ML.OnnxRuntime and TorchSharp-cpu, TorchSharp-cuda-linux or TorchSharp-cuda-windows
/// </description>
/// </item>
/// <item><term>Exportable to ONNX</term><description>Yes, by SaveOnnx; not by ConvertToOnnx</description></item>
/// </list>
/// <para>The same seed (that of the <see cref="MLContext"/>), data and options give the same learning rates; on the CPU, with the same number of
/// threads, the same vector instructions and the same libtorch, the same weights to the last bit. On a CUDA GPU, cuDNN is asked for deterministic algorithms, for the
/// whole process; a small network then had the same weights twice, which is not promised for any.</para>
/// </remarks>
public sealed partial class TorchImageClassificationTrainer :
    TrainerEstimatorBase<TorchImageClassificationTransformer, TorchImageClassificationModelParameters>,
    IEstimator<TorchImageClassificationTransformer>,
    ISchedulable<TorchImageClassificationTrainer>
{
    private readonly Options _options;
    private readonly Recipe _recipe;
    private readonly int _seed;

    internal TorchImageClassificationTrainer(IHostEnvironment env, Options options)
        : this(env, Checked(options, ((IHostEnvironmentInternal)env).Seed), ((IHostEnvironmentInternal)env).Seed)
    {
    }

    private TorchImageClassificationTrainer(IHostEnvironment env, Options options, int? seed)
        : base(
            env.RegisterWithFolder(nameof(TorchImageClassificationTrainer)),
            new SchemaShape.Column(options.FeatureColumnName, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Byte, false),
            TrainerUtils.MakeU4ScalarColumn(options.LabelColumnName))
    {
        _options = options;
        _recipe = Recipe.Of(options);
        _seed = seed ?? Host.Rand.Next();
    }

    /// <summary>What the trainer needs of the data: neither normalisation nor caching.</summary>
    public override TrainerInfo Info { get; } = new(normalization: false, caching: false);

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    /// <summary>Trains a network.</summary>
    /// <param name="input">The training data.</param>
    /// <returns>The trained transformer.</returns>
    public new TorchImageClassificationTransformer Fit(IDataView input) => Train(input, _options.ValidationSet);

    /// <summary>Trains with validation data of its own, which takes the place of <see cref="Options.ValidationSet"/>.</summary>
    /// <param name="trainData">The training data.</param>
    /// <param name="validationData">The validation data, with the same columns.</param>
    /// <returns>The trained transformer.</returns>
    public TorchImageClassificationTransformer Fit(IDataView trainData, IDataView validationData) =>
        Train(trainData, validationData ?? _options.ValidationSet);

    TorchImageClassificationTrainer ISchedulable<TorchImageClassificationTrainer>.WithSchedule(ILearningRateSchedule schedule) =>
        new(Host, _options.WithSchedule(schedule), _seed);

    internal TorchImageClassificationTrainer WithProgress(TextWriter writer) => new(Host, _options.WithProgress(writer), _seed);

    /// <inheritdoc/>
    protected override TorchImageClassificationTransformer MakeTransformer(
        TorchImageClassificationModelParameters model,
        DataViewSchema trainSchema) =>
        new(Host, model, trainSchema, LabelColumn.Name, _options.PredictedLabelColumnName);

    /// <inheritdoc/>
    protected override TorchImageClassificationModelParameters TrainModelCore(TrainContext trainContext)
    {
        var (startedAt, start) = (TimeProvider.System.GetUtcNow(), TimeProvider.System.GetTimestamp());
        return Prepare(trainContext, run => Train(run, startedAt, start));
    }

    private TorchImageClassificationModelParameters Train(PreparedRun run, DateTimeOffset startedAt, long start)
    {
        run = WithBounds(run);
        LogStart(run);
        var history = new HistoryObserver();
        var observers = Observers(run, history);
        if (_recipe.FineTuning.IsHeadOnly)
        {
            TrainHead((GraphModule)run.Network, HeadData(run), run.Settings, observers);
        }
        else
        {
            TrainAll(run, observers);
        }

        var classCount = run.ClassNames.Length;
        var weights = NetworkWeights.CopyOf(_recipe.Network.CreateLayout(classCount, _recipe.Decoding.Size), run.Network);
        var record = RecordMaker.Make(_options, _recipe, run, _seed, history, startedAt, TimeProvider.System.GetElapsedTime(start));
        return new TorchImageClassificationModelParameters(
            Host, _recipe.Network, classCount, _recipe.Decoding, FeatureColumn.Name, _options.ScoreColumnName, run.Data.Normalization, weights, record);
    }

    /// <summary>Does all that comes before the first step, and then something with it.</summary>
    private T Prepare<T>(TrainContext trainContext, Func<PreparedRun, T> act)
    {
        trainContext.TrainingSet.CheckMulticlassLabel(out var classCount);
        Host.CheckParam(
            classCount > 1,
            _options.LabelColumnName,
            $"The label column '{_options.LabelColumnName}' has only one class; image classification needs at least two.");
        Host.CheckParam(
            classCount <= TorchImageClassificationModelParameters.LargestClassCount,
            _options.LabelColumnName,
            $"The label column '{_options.LabelColumnName}' has {classCount} classes; a model has at most {TorchImageClassificationModelParameters.LargestClassCount}.");
        var classesOfValidation = ClassesOfValidation(trainContext);
        var classNames = ClassNames.OfAll(trainContext.TrainingSet.Schema.Label!.Value);
        var classWeights = ClassWeights.Given(Host, _options.ClassBalance, LabelColumn.Name, classNames);

        using var progress = _options.ProgressWriter is { } writer ? ProgressLines.To(writer) : null;
        IReadOnlyList<ITrainingObserver> told = progress is null ? _options.Observers : [.. _options.Observers, progress];
        using var allocator = NativeAllocator.Use();
        var stop = new StopCondition(_options.TimeBudget, TimeProvider.System, _options.StopToken);
        var schedule = (_options.Schedule ?? ConstantSchedule.Of(_options.LearningRate)).WithDefaultSeed(_seed).WithLengthOfRun(_recipe.Epochs);
        var start = StartingPoint.Of(_recipe, classCount, Host, _options.StopToken);
        using var network = CreateNetwork(start, classNames, _seed);
        using var cache = new ImageCache(_recipe.Decoding, _options.CacheMode, _options.CacheBudget, _options.WorkspacePath, Context.TempFilePath);
        var device = DeviceChoice.Here(_options.Device, Context.GpuDeviceId, Context.FallbackToCpu);
        var settings = SessionSettings(schedule, network, device);
        LogDevice(device);
        CheckWorkspace(network, schedule);
        var data = LoadData(
            trainContext.TrainingSet.Data, trainContext.ValidationSet?.Data, classesOfValidation, cache, stop, told, start.Normalization);
        new BatchMemory(data.TrainImages.Length, data.ValidationImages.Length, _recipe.Decoding.Size).Check(_options.BatchSize, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        settings = settings with
        {
            ClassWeights = _options.ClassBalance == ClassBalance.WeightedLoss ? ClassWeights.Balanced(data.ClassSizes(classCount)) : classWeights,
        };
        return act(new PreparedRun(network, classNames, start, data, cache, settings, stop)
        {
            Told = told,
            Monitor = _options.InstabilitySignals.IsOn ? new InstabilityMonitor(classCount) : null,
        });
    }

    /// <summary>The network with the weights that it starts from.</summary>
    private nn.Module<Tensor, Tensor> CreateNetwork(StartingPoint start, string[] classNames, int seed)
    {
        var network = _recipe.Network.CreateTrainable(classNames.Length, _recipe.Decoding.Size, seed);
        start.GiveTo(network, classNames);
        if (network is GraphModule module)
        {
            module.KeepsNormStatistics = _recipe.FineTuning.KeepsNormStatistics;
        }

        return network;
    }

    private TorchImageClassificationTransformer Train(IDataView trainData, IDataView? validationData)
    {
        Host.CheckValue(trainData, nameof(trainData));
        CheckColumns(SchemaShape.Create(trainData.Schema), ofData: "");
        if (validationData is not null)
        {
            CheckColumns(SchemaShape.Create(validationData.Schema), ofData: "validation ");
        }

        var validation = validationData is null ? null : MakeRoles(validationData);
        return MakeTransformer(TrainModelCore(new TrainContext(MakeRoles(trainData), validation)), trainData.Schema);
    }

    private int[]? ClassesOfValidation(TrainContext context) => context.ValidationSet is not { } validation
        ? null
        : ClassNames.Map(Host, context.TrainingSet.Schema.Label!.Value, validation.Schema.Label!.Value);

    private static Options Checked(Options options, int? seed)
    {
        options.Validate();
        if (options.ResumeFrom is not null && seed is null)
        {
            throw new ArgumentException(
                "ResumeFrom needs an MLContext with a seed, that of the interrupted run: without one each run draws its own, and no checkpoint fits it.",
                nameof(options));
        }

        return options.Clone();
    }

    private TrainingData LoadData(
        IDataView train,
        IDataView? validation,
        int[]? classesOfValidation,
        ImageCache cache,
        StopCondition stop,
        IReadOnlyList<ITrainingObserver> told,
        Normalization? normalization)
    {
        var rows = validation is null ? train.GetRowCount() : train.GetRowCount() + validation.GetRowCount();
        cache.Prepare(rows);
        var trainSet = Load(train, ImageClassificationDataset.Train, classes: null, before: 0);
        if (validation is null)
        {
            return TrainingData.Split(trainSet, _options.ValidationSetFraction ?? 0, _seed, normalization);
        }

        var trainRows = trainSet.Count + trainSet.SkippedCount;
        var validationSet = Load(validation, ImageClassificationDataset.Validation, classesOfValidation, before: trainRows);
        return TrainingData.Create(trainSet, validationSet, normalization);

        ImageSet Load(IDataView data, ImageClassificationDataset dataset, int[]? classes, int before)
        {
            void Report(int done) => told.Tell(TrainingStage.ReadingImages, before + done, rows);
            var loader = new ImageSetLoader(Host, cache, dataset, stop.NoModelYet, Report, _options.SkippedImageCallback);
            return loader.Load(data, FeatureColumn.Name, LabelColumn.Name, classes);
        }
    }

    private void LogDevice(DeviceChoice device)
    {
        using var channel = Host.Start("Training");
        string?[] warnings =
        [
            device.Warning,
            _options.Precision.Warning(device.IsGpu ? Gpu.Find(device.Device.Index) : null, device.IsGpu ? null : Processor.Here),
            device.IsGpu && !DeterministicAlgorithms.AskFor() ? "This libtorch cannot be asked for cuDNN's deterministic algorithms: a run with the same seed may have other last bits." : null,
        ];
        foreach (var warning in warnings.OfType<string>())
        {
            channel.Warning(warning);
        }
    }

    private void LogStart(PreparedRun run)
    {
        var (data, schedule) = (run.Data, run.Settings.Schedule);
        using var channel = Host.Start("Training");
        ShrunkImages.Warn(channel, data.TrainSet.MedianSize, _recipe, isSizeSet: _options.ImageSize is not null);
        var steps = EpochSteps.Count(data.TrainImages.Length, _options.BatchSize, _options.MinimumLastBatchSize);
        var averaging = _options.AveragingWith(schedule);
        channel.Info(
            $"Training {_recipe.Network} on {Quantity.Of(data.TrainImages.Length, "image")} of {run.ClassNames.Length} classes, validating on {data.ValidationImages.Length}; " +
            $"{Quantity.Of(_recipe.Epochs, "epoch")} of {Quantity.Of(steps, "step")} on {run.Settings.Device}; schedule {schedule}; {(averaging.IsOn ? $"averaged weights: {averaging}; " : "")}seed {_seed}.");
        if (schedule.Mismatch(_recipe.Epochs, steps) is { } mismatch)
        {
            channel.Warning(mismatch);
        }

        foreach (var warning in ClassSizes.Warnings(data, run.ClassNames).Concat(MigratedOptions.Warnings(_options, _recipe, data)))
        {
            channel.Warning(warning);
        }
    }
}
