using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet;

public sealed partial class TorchImageClassificationTrainer
{
    /// <summary>
    /// The settings of <see cref="TorchImageClassificationTrainer"/>. Those that ML.NET's <c>ImageClassificationTrainer.Options</c> has too
    /// mean the same. They have the same defaults, save these, which say why: <see cref="Arch"/>, <see cref="Epoch"/>,
    /// <see cref="BatchSize"/>, <see cref="Schedule"/>, <see cref="EarlyStoppingCriteria"/> and <see cref="TestOnTrainSet"/>.
    /// </summary>
    public sealed class Options : TrainerInputBaseWithLabel
    {
        /// <summary>The name of the output column with the probability of each class. Default <c>Score</c>.</summary>
        public string ScoreColumnName { get; set; } = DefaultColumnNames.Score;

        /// <summary>The name of the output column with the predicted class. Default <c>PredictedLabel</c>.</summary>
        public string PredictedLabelColumnName { get; set; } = DefaultColumnNames.PredictedLabel;

        /// <summary>
        /// The network to train: one of <see cref="Network"/>, or a <see cref="NetworkDefinition"/> of one's own. Default
        /// <see langword="null"/>: that of the model where <see cref="StartFrom"/> is one, <see cref="Network.ResNet20"/> where it is
        /// <see cref="PretrainedWeights.None"/>, and <see cref="Network.MLNetResNet18"/> else. ML.NET's <c>Arch</c> names a pretrained
        /// TensorFlow network, ResNet-v2-50 by default, of which the last layer is trained.
        /// </summary>
        public NetworkDefinition? Arch { get; set; }

        /// <summary>
        /// The weights that training starts from. Default <see langword="null"/>: <see cref="PretrainedWeights.ImageNet"/> for a network
        /// that there are such weights for, none for others.
        /// </summary>
        public PretrainedWeights? StartFrom { get; set; }

        /// <summary>
        /// Which layers are trained, when, and how fast. Default <see langword="null"/>: <see cref="FineTuning.Gradual"/> with pretrained
        /// weights, <see cref="FineTuning.Full"/> from scratch.
        /// </summary>
        public FineTuning? FineTuning { get; set; }

        /// <summary>
        /// The number of passes over the training data, at least 1. Default <see langword="null"/>: 60 from scratch; 12 with pretrained
        /// weights, or 100 for the head alone, which takes seconds.
        /// </summary>
        public int? Epoch { get; set; }

        /// <summary>
        /// The number of images in a step, at least 1; more than there are images to train on mean all of them. Batches that memory cannot
        /// hold are refused before training. Default 16, which gives batch norms statistics to go by and a few hundred photos enough steps;
        /// ML.NET's 10 is for features, not for images. 64 or 128 is usual for data sets of thousands of images, and what the paper's
        /// bounds are for.
        /// </summary>
        public int BatchSize { get; set; } = 16;

        /// <summary>
        /// The constant learning rate, used when <see cref="Schedule"/> is <see langword="null"/>: finite and above 0. Default 0.01.
        /// </summary>
        public double LearningRate
        {
            get;

            // 0.3f, as with ML.NET, means 0.3, not the 0.30000001192092896 that it is as a double.
            set => field = (float)value == value
                ? double.Parse(((float)value).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
                : value;
        } = 0.01;

        /// <summary>
        /// The learning-rate schedule, asked once a step. Default <see langword="null"/>: the constant <see cref="LearningRate"/>.
        /// A random schedule without a seed of its own gets that of the <see cref="MLContext"/>. It takes the place of ML.NET's
        /// <c>LearningRateScheduler</c>, whose default is an exponential decay.
        /// </summary>
        public ILearningRateSchedule? Schedule { get; set; }

        /// <summary>
        /// Whether and how the weights of the steps are averaged: validation, early stopping and the trained model use the average. Default
        /// <see langword="null"/>: <see cref="WeightAveraging.Exponential"/> with its default decay for a <see cref="Schedule"/> that draws
        /// its rates, such as <see cref="PlrsSchedule"/>, alone or warmed up; <see cref="WeightAveraging.None"/> for any other. Measured
        /// with PLRS, ResNet-20 and 10,000 images of CIFAR-10 after the tenth epoch: 0.690 of the test images right with the average, 0.498
        /// with the last weights.
        /// </summary>
        public WeightAveraging? WeightAveraging { get; set; }

        /// <summary>The optimizer. Default: plain SGD, as in the paper.</summary>
        public OptimizerOptions Optimizer { get; set; } = new SgdOptions();

        /// <summary>
        /// The validation data, with the training data's columns. Its label may be a key of its own: classes are compared by name, and it
        /// has none that the training data has not. Default <see langword="null"/>: see <see cref="ValidationSetFraction"/>.
        /// </summary>
        public IDataView? ValidationSet { get; set; }

        /// <summary>
        /// Without a <see cref="ValidationSet"/>, the share of the training data that is used for validation instead: at least 0 and less
        /// than 1, or <see langword="null"/> for none. It is drawn at random from every class in proportion, and leaves one image at least
        /// of each to train on. Default 0.1.
        /// </summary>
        public float? ValidationSetFraction { get; set; } = 0.1f;

        /// <summary>
        /// When to stop before the last epoch, but not before the schedule's last decay has begun; <see langword="null"/> for never.
        /// Default: see <see cref="EarlyStopping"/>.
        /// </summary>
        public EarlyStopping? EarlyStoppingCriteria { get; set; } = new();

        /// <summary>
        /// Whether to report metrics of the training set after each epoch: those of its steps, as they were made. ML.NET makes another pass
        /// with the epoch's last weights. Default <see langword="true"/>.
        /// </summary>
        public bool TestOnTrainSet { get; set; } = true;

        /// <summary>
        /// Called after each epoch, for the training set and then for the validation set, on the training thread. Default
        /// <see langword="null"/>.
        /// </summary>
        public Action<ImageClassificationMetrics>? MetricsCallback { get; set; }

        /// <summary>
        /// A folder for what a run keeps on disk; it is made where it does not exist. Each run has its checkpoints in a subfolder of its
        /// own, named by a hash of its settings, seed and data; images beyond <see cref="ImageOptions.CacheBudget"/> are in a file in its
        /// subfolder <c>cache</c>, which is gone when the run ends; the features of a head's training stay in its subfolder
        /// <c>features</c>, for later runs. Default <see langword="null"/>: none; that file is then in the <c>TempFilePath</c> of the
        /// <see cref="MLContext"/>.
        /// </summary>
        public string? WorkspacePath { get; set; }

        /// <summary>What images are brought to, how training changes them, and where they are kept.</summary>
        public ImageOptions Images { get; set; } = new();

        /// <summary>How a training step is made: device, precision, loss.</summary>
        public StepOptions Steps { get; set; } = new();

        /// <summary>What ends the training early: a token, a time budget, a divergence.</summary>
        public StoppingOptions Stopping { get; set; } = new();

        /// <summary>When checkpoints are written, and from which one the run resumes.</summary>
        public CheckpointOptions Checkpoints { get; set; } = new();

        /// <summary>What reports on the training: observers, TensorBoard, signs of instability.</summary>
        public ReportingOptions Reporting { get; set; } = new();

        /// <summary>
        /// Where lines about the progress go: see <see cref="ProgressExtensions"/>. It is no property that options are compared by.
        /// </summary>
        internal TextWriter? ProgressWriter { get; private set; }

        /// <summary>The averaging of a run.</summary>
        /// <param name="schedule">The run's schedule, with its seed.</param>
        internal WeightAveraging AveragingWith(ILearningRateSchedule schedule) => WeightAveraging ?? WeightAveraging.DefaultFor(schedule);

        internal Options Clone()
        {
            var copy = (Options)MemberwiseClone();
            copy.Images = Images?.Clone()!; // Null is for the validation to report.
            copy.Steps = Steps?.Clone()!;
            copy.Stopping = Stopping?.Clone()!;
            copy.Checkpoints = Checkpoints?.Clone()!;
            copy.Reporting = Reporting?.Clone()!;
            return copy;
        }

        internal Options WithSchedule(ILearningRateSchedule schedule)
        {
            var copy = Clone();
            copy.Schedule = schedule;
            return copy;
        }

        internal Options WithProgress(TextWriter writer)
        {
            var copy = Clone();
            copy.ProgressWriter = writer;
            return copy;
        }
    }
}
