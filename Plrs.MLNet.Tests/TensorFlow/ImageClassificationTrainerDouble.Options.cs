using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Plrs.MLNet.Tests.TensorFlow;

public sealed partial class ImageClassificationTrainerDouble
{
    /// <summary>The original's options, with their names and defaults, as far as the learning rate can depend on them.</summary>
    [SuppressMessage("Design", "CA1051:Do not declare visible instance fields", Justification = "The original's are fields.")]
    public sealed class Options : TrainerInputBaseWithLabel
    {
        public int BatchSize = 10;
        public int Epoch = 200;
        public float LearningRate = 0.01f;
        public EarlyStopping? EarlyStoppingCriteria = new();
        public string ScoreColumnName = DefaultColumnNames.Score;
        public string PredictedLabelColumnName = DefaultColumnNames.PredictedLabel;
        public Action<TrainMetrics>? MetricsCallback;
        public string? WorkspacePath;
        public bool TestOnTrainSet = true;
        public IDataView? ValidationSet;
        public float? ValidationSetFraction = 0.1f;
        public LearningRateScheduler? LearningRateScheduler = new ExponentialLRDecay();
    }

    /// <summary>Stops when accuracy stands still. Like the original's, it counts epochs in itself and is never reset.</summary>
    public sealed class EarlyStopping
    {
        private float _best;
        private int _wait;

        public float MinDelta { get; set; } = 0.01f;

        public int Patience { get; set; } = 20;

        public bool ShouldStop(TrainMetrics metrics)
        {
            if (metrics.Accuracy - _best >= MinDelta)
            {
                _best = metrics.Accuracy;
                _wait = 0;
                return false;
            }

            return ++_wait >= Patience;
        }
    }

    /// <summary>The figures of an epoch; one object is reused for the whole run. The learning rate is that of the last batch.</summary>
    public sealed class TrainMetrics
    {
        public bool IsValidation { get; set; }

        public int Epoch { get; set; }

        public int BatchProcessedCount { get; set; }

        public float Accuracy { get; set; }

        public float LearningRate { get; set; }

        public override string ToString() => $"Epoch: {Epoch}, Learning Rate: {LearningRate}";
    }
}
