using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Vision;

/// <summary>In the place of Microsoft.ML.Vision's trainer: its public surface, without anything behind it.</summary>
public sealed class ImageClassificationTrainer :
    TrainerEstimatorBase<MulticlassPredictionTransformer<ImageClassificationModelParameters>, ImageClassificationModelParameters>
{
    internal ImageClassificationTrainer(IHostEnvironment env, Options options)
        : base(env.Register(nameof(ImageClassificationTrainer)), default, TrainerUtils.MakeU4ScalarColumn(options.LabelColumnName)) =>
        throw StandIn.Refusal();

    public enum Architecture
    {
        ResnetV2101,
        InceptionV3,
        MobilenetV2,
        ResnetV250,
    }

    public enum EarlyStoppingMetric
    {
        Accuracy,
        Loss,
    }

    public override TrainerInfo Info => throw StandIn.Refusal();

    protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    public MulticlassPredictionTransformer<ImageClassificationModelParameters> Fit(IDataView trainData, IDataView validationData) =>
        throw StandIn.Refusal();

    protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema) => throw StandIn.Refusal();

    protected override MulticlassPredictionTransformer<ImageClassificationModelParameters> MakeTransformer(
        ImageClassificationModelParameters model,
        DataViewSchema trainSchema) =>
        throw StandIn.Refusal();

    protected override ImageClassificationModelParameters TrainModelCore(TrainContext trainContext) => throw StandIn.Refusal();

    public sealed class Options : TrainerInputBaseWithLabel
    {
        public int BatchSize = 10;
        public int Epoch = 200;
        public float LearningRate = 0.01f;
        public EarlyStopping? EarlyStoppingCriteria = new();
        public Architecture Arch = Architecture.ResnetV250;
        public string ScoreColumnName = DefaultColumnNames.Score;
        public string PredictedLabelColumnName = DefaultColumnNames.PredictedLabel;
        public string FinalModelPrefix = "custom_retrained_model_based_on_";
        public Action<ImageClassificationMetrics>? MetricsCallback;
        public string? WorkspacePath;
        public bool TestOnTrainSet = true;
        public bool ReuseTrainSetBottleneckCachedValues;
        public bool ReuseValidationSetBottleneckCachedValues;
        public IDataView? ValidationSet;
        public float? ValidationSetFraction = 0.1f;
        public string TrainSetBottleneckCachedValuesFileName = "trainSetBottleneckFile.csv";
        public string ValidationSetBottleneckCachedValuesFileName = "validationSetBottleneckFile.csv";
        public LearningRateScheduler? LearningRateScheduler = new ExponentialLRDecay();
    }

    public sealed class EarlyStopping(
        float minDelta = 0.01f,
        int patience = 20,
        EarlyStoppingMetric metric = EarlyStoppingMetric.Accuracy,
        bool checkIncreasing = true)
    {
        public float MinDelta { get; set; } = minDelta;

        public int Patience { get; set; } = patience;

        public bool CheckIncreasing { get; set; } = checkIncreasing && metric == EarlyStoppingMetric.Accuracy;

        public bool ShouldStop(TrainMetrics currentMetrics) => throw StandIn.Refusal();
    }

    public sealed class TrainMetrics
    {
        public ImageClassificationMetrics.Dataset DatasetUsed { get; set; }

        public int BatchProcessedCount { get; set; }

        public int Epoch { get; set; }

        public float Accuracy { get; set; }

        public float CrossEntropy { get; set; }

        public float LearningRate { get; set; }
    }

    public sealed class BottleneckMetrics
    {
        public ImageClassificationMetrics.Dataset DatasetUsed { get; set; }

        public int Index { get; set; }
    }

    public sealed class ImageClassificationMetrics
    {
        public enum Dataset
        {
            Train,
            Validation,
        }

        public TrainMetrics? Train { get; set; }

        public BottleneckMetrics? Bottleneck { get; set; }
    }
}
