using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Example = Plrs.MLNet.Tests.TensorFlow.ImageClassificationModelParametersDouble.Example;

namespace Plrs.MLNet.Tests.TensorFlow;

/// <summary>
/// A double of Microsoft.ML.Vision 5.x's ImageClassificationTrainer, which cannot run without TensorFlow. It keeps that trainer's contract
/// with its learning-rate scheduler: private <c>_options</c>, <c>_useLRScheduling</c> and <c>_cleanupWorkspace</c> set by an internal
/// constructor that makes the folder for pretrained networks, and writes what is missing into the options, a temporary workspace and a
/// callback; one <see cref="DnnTrainState"/> reused for the whole run, whose batches are counted by whole division; <c>GetLearningRate</c>
/// once for each training batch, a last partial one included, and never in validation. Instead of a network's last layer it trains a
/// softmax regression on the images' mean colours, by plain gradient descent as well.
/// </summary>
public sealed partial class ImageClassificationTrainerDouble : TrainerEstimatorBase<
    MulticlassPredictionTransformer<ImageClassificationModelParametersDouble>,
    ImageClassificationModelParametersDouble>
{
    /// <summary>The folder for pretrained networks in the environment's temporary folder.</summary>
    public const string ResourceFolder = "MLNET";

    private readonly Options _options;
    private readonly bool _useLRScheduling;
    private readonly bool _cleanupWorkspace;

    internal ImageClassificationTrainerDouble(IHostEnvironment env, Options options)
        : base(
            env.Register(nameof(ImageClassificationTrainerDouble)),
            new SchemaShape.Column(options.FeatureColumnName, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Byte, false),
            TrainerUtils.MakeU4ScalarColumn(options.LabelColumnName))
    {
        var temporary = ((IHostEnvironmentInternal)env).TempFilePath;
        if (string.IsNullOrEmpty(options.WorkspacePath))
        {
            options.WorkspacePath = Path.Combine(temporary, Path.GetRandomFileName());
            Directory.CreateDirectory(options.WorkspacePath);
            _cleanupWorkspace = true;
        }

        Directory.CreateDirectory(Path.Combine(temporary, ResourceFolder));
        if (options.MetricsCallback is null)
        {
            var log = Host.Start(nameof(ImageClassificationTrainerDouble));
            options.MetricsCallback = metrics => log.Trace(metrics.ToString());
        }

        _options = options;
        _useLRScheduling = options.LearningRateScheduler is not null;
    }

    /// <summary>The trainer's own host, for tests that ask what it knows.</summary>
    internal IHostEnvironmentInternal OwnHost => (IHostEnvironmentInternal)Host;

    /// <summary>The options that it trains with.</summary>
    internal Options OwnOptions => _options;

    public override TrainerInfo Info { get; } = new(normalization: false, caching: false);

    protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
    {
        var keyValues = new SchemaShape.Column(
            AnnotationUtils.Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false);
        return
        [
            new SchemaShape.Column(_options.ScoreColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false),
            new SchemaShape.Column(
                _options.PredictedLabelColumnName,
                SchemaShape.Column.VectorKind.Scalar,
                NumberDataViewType.UInt32,
                true,
                new SchemaShape([keyValues])),
        ];
    }

    protected override MulticlassPredictionTransformer<ImageClassificationModelParametersDouble> MakeTransformer(
        ImageClassificationModelParametersDouble model,
        DataViewSchema trainSchema) =>
        new(Host, model, trainSchema, FeatureColumn.Name, LabelColumn.Name, _options.ScoreColumnName, _options.PredictedLabelColumnName);

    protected override ImageClassificationModelParametersDouble TrainModelCore(TrainContext trainContext)
    {
        Directory.CreateDirectory(_options.WorkspacePath!);
        var data = trainContext.TrainingSet.Data;
        var examples = Featurize(data).OrderBy(_ => Host.Rand.Next()).ToList();
        var validation = new List<Example>();
        if (_options.ValidationSet is { } validationSet)
        {
            validation = Featurize(validationSet);
        }
        else if (_options.ValidationSetFraction is { } fraction)
        {
            validation = examples[..(int)(examples.Count * fraction)];
            examples = examples[validation.Count..];
        }

        var model = new ImageClassificationModelParametersDouble(Host, (int)data.Schema[LabelColumn.Name].Type.GetKeyCount());
        Train(model, examples, validation);
        if (_cleanupWorkspace && Directory.Exists(_options.WorkspacePath))
        {
            Directory.Delete(_options.WorkspacePath!, recursive: true);
        }

        return model;
    }

    private void Train(ImageClassificationModelParametersDouble model, List<Example> examples, List<Example> validation)
    {
        var metrics = new TrainMetrics();
        var state = new DnnTrainState { BatchSize = _options.BatchSize, BatchesPerEpoch = examples.Count / _options.BatchSize };
        for (var epoch = 0; epoch < _options.Epoch; epoch++)
        {
            RunEpoch(model, examples, epoch, state, metrics, _options.LearningRateScheduler, train: true);
            if (_options.TestOnTrainSet)
            {
                _options.MetricsCallback?.Invoke(metrics);
            }

            if (validation.Count == 0)
            {
                continue;
            }

            RunEpoch(model, validation, epoch, state, metrics, scheduler: null, train: false);
            _options.MetricsCallback?.Invoke(metrics);
            if (_options.EarlyStoppingCriteria?.ShouldStop(metrics) == true)
            {
                break;
            }
        }
    }

    private void RunEpoch(
        ImageClassificationModelParametersDouble model,
        List<Example> examples,
        int epoch,
        DnnTrainState state,
        TrainMetrics metrics,
        LearningRateScheduler? scheduler,
        bool train)
    {
        metrics.IsValidation = !train;
        metrics.Epoch = epoch;
        metrics.BatchProcessedCount = 0;
        metrics.Accuracy = (float)examples.Count(model.IsRight) / examples.Count;
        metrics.LearningRate = _options.LearningRate;
        state.CurrentBatchIndex = 0;
        state.CurrentEpoch = epoch;
        foreach (var batch in examples.Chunk(_options.BatchSize))
        {
            if (scheduler is not null)
            {
                metrics.LearningRate = scheduler.GetLearningRate(state);
                Host.Check(_useLRScheduling, "The graph was built without an input for the learning rate.");
            }

            if (train)
            {
                model.Descend(batch, metrics.LearningRate);
            }

            metrics.BatchProcessedCount++;
            state.CurrentBatchIndex++;
        }
    }

    private List<Example> Featurize(IDataView data) =>
        ImageClassificationModelParametersDouble.Featurize(data, FeatureColumn.Name, LabelColumn.Name);
}
