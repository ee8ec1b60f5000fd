using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.ImageClassification;

public sealed partial class TorchImageClassificationTrainer
{
    /// <summary>
    /// The settings of <see cref="TorchImageClassificationTrainer"/>. Those that ML.NET's <c>ImageClassificationTrainer.Options</c>
    /// has too mean the same. They have the same defaults, save these, which say why: <see cref="Arch"/>, <see cref="Epoch"/>, <see cref="BatchSize"/>, <see cref="Schedule"/>,
    /// <see cref="EarlyStoppingCriteria"/> and <see cref="TestOnTrainSet"/>.
    /// </summary>
    public sealed class Options : TrainerInputBaseWithLabel
    {
        /// <summary>The name of the output column with the probability of each class. Default <c>Score</c>.</summary>
        public string ScoreColumnName { get; set; } = DefaultColumnNames.Score;

        /// <summary>The name of the output column with the predicted class. Default <c>PredictedLabel</c>.</summary>
        public string PredictedLabelColumnName { get; set; } = DefaultColumnNames.PredictedLabel;

        /// <summary>
        /// The network to train: one of <see cref="Network"/>, or a <see cref="NetworkDefinition"/> of one's own. Default <see langword="null"/>: that of the model where
        /// <see cref="StartFrom"/> is one, <see cref="Network.ResNet20"/> where it is <see cref="PretrainedWeights.None"/>, and <see cref="Network.MLNetResNet18"/> else.
        /// ML.NET's <c>Arch</c> names a pretrained TensorFlow network, ResNet-v2-50 by default, of which the last layer is trained.
        /// </summary>
        public NetworkDefinition? Arch { get; set; }

        /// <summary>
        /// The weights that training starts from. Default <see langword="null"/>: <see cref="PretrainedWeights.ImageNet"/> for a network that there are such weights for, none for others.
        /// </summary>
        public PretrainedWeights? StartFrom { get; set; }

        /// <summary>
        /// Which layers are trained, when, and how fast. Default <see langword="null"/>: <see cref="FineTuning.Gradual"/> with pretrained weights, <see cref="FineTuning.Full"/>
        /// from scratch.
        /// </summary>
        public FineTuning? FineTuning { get; set; }

        /// <summary>
        /// The number of passes over the training data, at least 1. Default <see langword="null"/>: 60 from scratch; 12 with pretrained weights, or 100 for the head alone,
        /// which takes seconds.
        /// </summary>
        public int? Epoch { get; set; }

        /// <summary>
        /// The number of images in a step, at least 1; more than there are images to train on mean all of them. Batches that memory cannot hold are refused
        /// before training. Default 16, which gives batch norms statistics to go by and a few hundred photos enough steps; ML.NET's 10 is for features, not for images. 64 or 128 is usual
        /// for data sets of thousands of images, and what the paper's bounds are for.
        /// </summary>
        public int BatchSize { get; set; } = 16;

        /// <summary>
        /// The fewest images that the last step of an epoch may have, from 1 to <see cref="BatchSize"/>. Where fewer are left they are not trained on
        /// in that epoch; which they are differs from epoch to epoch. A step of one image would move the weights as far as any other, and give batch norm
        /// its statistics. Default <see langword="null"/>: 2, or a sixteenth of <see cref="BatchSize"/>, rounded down, where that is more. An epoch always has a step.
        /// </summary>
        public int? MinimumLastBatchSize { get; set; }

        /// <summary>The constant learning rate, used when <see cref="Schedule"/> is <see langword="null"/>: finite and above 0. Default 0.01.</summary>
        public float LearningRate { get; set; } = 0.01f;

        /// <summary>
        /// The learning-rate schedule, asked once a step. Default <see langword="null"/>: the constant <see cref="LearningRate"/>.
        /// A random schedule without a seed of its own gets that of the <see cref="MLContext"/>. It takes the place of ML.NET's
        /// <c>LearningRateScheduler</c>, whose default is an exponential decay.
        /// </summary>
        public ILearningRateSchedule? Schedule { get; set; }

        /// <summary>
        /// Whether and how the weights of the steps are averaged: validation, early stopping and the trained model use the average. Default <see langword="null"/>:
        /// <see cref="WeightAveraging.Exponential"/> with its default decay for a <see cref="Schedule"/> that draws its rates, such as <see cref="PlrsSchedule"/>,
        /// alone or warmed up; <see cref="WeightAveraging.None"/> for any other.
        /// Measured with PLRS, ResNet-20 and 10,000 images of CIFAR-10 after the tenth epoch: 0.690 of the test images right with the average, 0.498 with the last
        /// weights.
        /// </summary>
        public WeightAveraging? WeightAveraging { get; set; }

        /// <summary>The optimizer. Default: plain SGD, as in the paper.</summary>
        public OptimizerOptions Optimizer { get; set; } = new SgdOptions();

        /// <summary>
        /// The width and height in pixels that images are brought to, from 8 to 1024. Default <see langword="null"/>: what the network is made
        /// for (see <see cref="NetworkDefinition.ImageSize"/>), or the model that <see cref="StartFrom"/> names.
        /// </summary>
        public int? ImageSize { get; set; }

        /// <summary>
        /// How images that are not square get to the <see cref="ImageSize"/>. The model scores with the same. Default <see langword="null"/>: what the model did that
        /// <see cref="StartFrom"/> names; <see cref="ImageResizing.CenterCrop"/> with other pretrained weights, because they know no stretched things; <see cref="ImageResizing.Stretch"/> from scratch, as
        /// ML.NET's TensorFlow-backed trainer.
        /// </summary>
        public ImageResizing? Resizing { get; set; }

        /// <summary>
        /// The most pixels, width times height, that an encoded image may have, from 1 to 536,870,912. One that claims more is skipped before memory is
        /// taken for it, also by the model when it scores. Default 134,217,728, which take 512 MiB while they are decoded.
        /// </summary>
        public long MaximumImagePixels { get; set; } = 1L << 27;

        /// <summary>
        /// What is kept of the images between the epochs, and where. The trained weights do not depend on it. Default
        /// <see cref="ImageCacheMode.Auto"/>: all of them decoded, in memory up to the <see cref="CacheBudget"/>, in a file beyond it.
        /// </summary>
        public ImageCacheMode CacheMode { get; set; } = ImageCacheMode.Auto;

        /// <summary>
        /// The most memory for images, in bytes, at least 0; those of the training and of the validation data together. With
        /// <see cref="ImageCacheMode.Auto"/> it is for decoded images, with <see cref="ImageCacheMode.None"/> for encoded ones; the other
        /// modes do not look at it. Default 1,073,741,824 (1 GiB).
        /// </summary>
        public long CacheBudget { get; set; } = 1L << 30;

        /// <summary>
        /// Random changes to the training images. With <see cref="FineTuning.HeadOnly"/>, which sees an image once, only whether it may be mirrored counts. Default <see langword="null"/>:
        /// <see cref="ImageAugmentation.Photos"/> with pretrained weights, <see cref="ImageAugmentation.None"/> from scratch.
        /// </summary>
        public ImageAugmentation? Augmentation { get; set; }

        /// <summary>
        /// The share of every label that is spread over all classes in training (Szegedy et al. 2016), so that the network is not asked to be certain: at least 0 and less than
        /// 1; 0.1 is usual. The loss of the training is reported with it, that of the validation without. Default 0.
        /// </summary>
        public double LabelSmoothing { get; set; }

        /// <summary>
        /// What is done about classes that have fewer images than others. The loss of the training is reported with the weights, that of the validation without. Default
        /// <see cref="ClassBalance.None"/>.
        /// </summary>
        public ClassBalance ClassBalance { get; set; } = ClassBalance.None;

        /// <summary>
        /// Where the network is trained. Default <see cref="TorchDevice.Auto"/>: the GPU that <c>MLContext.GpuDeviceId</c> names, else the first CUDA
        /// GPU where there is one, else the CPU. Any other value counts more than the context's. Where the model scores, the context alone says.
        /// </summary>
        public TorchDevice Device { get; set; } = TorchDevice.Auto;

        /// <summary>The type of number in which training steps compute. Default <see cref="TrainingPrecision.Full"/>.</summary>
        public TrainingPrecision Precision { get; set; } = TrainingPrecision.Full;

        /// <summary>
        /// The validation data, with the training data's columns. Its label may be a key of its own: classes are compared by name, and it has none that the
        /// training data has not. Default <see langword="null"/>: see <see cref="ValidationSetFraction"/>.
        /// </summary>
        public IDataView? ValidationSet { get; set; }

        /// <summary>
        /// Without a <see cref="ValidationSet"/>, the share of the training data that is used for validation instead: at least 0 and less than 1, or
        /// <see langword="null"/> for none. It is drawn at random from every class in proportion, and leaves one image at least of each to train on. Default 0.1.
        /// </summary>
        public float? ValidationSetFraction { get; set; } = 0.1f;

        /// <summary>When to stop before the last epoch, but not before the schedule's last decay has begun; <see langword="null"/> for never. Default: see <see cref="EarlyStopping"/>.</summary>
        public EarlyStopping? EarlyStoppingCriteria { get; set; } = new();

        /// <summary>
        /// What to do when the loss becomes NaN or infinite, or the weights do: <see cref="DivergenceAction.ReturnBest"/> needs
        /// <see cref="EarlyStoppingCriteria"/>, which remember the best epoch. Default <see cref="DivergenceAction.Throw"/>.
        /// </summary>
        public DivergenceAction OnDivergence { get; set; }

        /// <summary>
        /// Whether to report figures of the training set after each epoch: those of its steps, as they were made. ML.NET makes another pass with the
        /// epoch's last weights. Default <see langword="true"/>.
        /// </summary>
        public bool TestOnTrainSet { get; set; } = true;

        /// <summary>Called after each epoch, for the training set and then for the validation set, on the training thread. Default <see langword="null"/>.</summary>
        public Action<ImageClassificationMetrics>? MetricsCallback { get; set; }

        /// <summary>
        /// With averaged weights, called after each epoch with the validation set's figures of the weights that the last step has left, before
        /// <see cref="MetricsCallback"/> gets those of the average: so one training tells of both. It takes one more pass over the validation set. Without an average or a validation set it is
        /// not called. Default <see langword="null"/>.
        /// </summary>
        public Action<ImageClassificationMetrics>? LastWeightsMetricsCallback { get; set; }

        /// <summary>Called after each step, on the training thread. Default <see langword="null"/>.</summary>
        public Action<StepMetrics>? StepCallback { get; set; }

        /// <summary>What is watched for while the network trains, and told by a warning in the log. Default: all of it. <see cref="InstabilitySignals.None"/> turns it off.</summary>
        public InstabilitySignals InstabilitySignals { get; set; } = new();

        /// <summary>Called for each of the <see cref="InstabilitySignals"/>, after the step whose figures show it or, on a GPU, a few steps later; on the training thread. Default <see langword="null"/>.</summary>
        public Action<InstabilitySignal>? InstabilityCallback { get; set; }

        /// <summary>Observers of one's own, told in their order after the callbacks. Default: none.</summary>
        public IReadOnlyList<ITrainingObserver> Observers { get; set; } = [];

        /// <summary>
        /// A folder for a file that TensorBoard shows while the network trains: loss, accuracy and learning rate by step, and the figures of the epochs and of the validation. Each <c>Fit</c>
        /// writes a file of its own; runs to compare want folders of their own. The folder is made where it does not exist. Default <see langword="null"/>: none.
        /// </summary>
        public string? TensorBoardFolder { get; set; }

        /// <summary>Called for each image that cannot be used, in row order, before training starts; a summary goes to the log in any case. Default <see langword="null"/>.</summary>
        public Action<SkippedImage>? SkippedImageCallback { get; set; }

        /// <summary>
        /// A folder for what a run keeps on disk; it is made where it does not exist. Each run has its checkpoints in a subfolder of its own, named
        /// by a hash of its settings, seed and data; images beyond the <see cref="CacheBudget"/> are in a file in its subfolder <c>cache</c>, which is gone when the run ends; the features of a head's training stay
        /// in its subfolder <c>features</c>, for later runs. Default
        /// <see langword="null"/>: none; that file is then in the <c>TempFilePath</c> of the <see cref="MLContext"/>.
        /// </summary>
        public string? WorkspacePath { get; set; }

        /// <summary>
        /// Write a checkpoint to the <see cref="WorkspacePath"/> after every so many epochs, at least 1. Default <see langword="null"/>: none.
        /// With this or <see cref="CheckpointInterval"/>, one is also written when training ends, is stopped or cancelled, or fails between two steps.
        /// </summary>
        public int? CheckpointEveryEpochs { get; set; }

        /// <summary>
        /// Write a checkpoint to the <see cref="WorkspacePath"/> after the step at which this much wall-clock time has passed since the
        /// last one: more than zero. Default <see langword="null"/>: none.
        /// </summary>
        public TimeSpan? CheckpointInterval { get; set; }

        /// <summary>The number of newest checkpoints of a run that are kept, at least 1. Default 3.</summary>
        public int CheckpointsKept { get; set; } = 3;

        /// <summary>
        /// The checkpoint to continue from; the result is then, on the CPU, equal to the last bit to that of an uninterrupted run (on a CUDA GPU this is
        /// asked for and has not been tried). The
        /// <see cref="MLContext"/> needs a seed, the same as before, and settings and data must be those of the checkpoint's run;
        /// <see cref="Epoch"/> may be greater. Default <see langword="null"/>: start from the beginning.
        /// </summary>
        public CheckpointSource? ResumeFrom { get; set; }

        /// <summary>
        /// When cancelled, training stops after its current step, or batch of the validation, and <c>Fit</c> returns the best model so
        /// far: that of the best epoch with <see cref="EarlyStoppingCriteria"/>, else, or before the first epoch's end, the current one.
        /// Where the head is trained first, it is part of that model, as far as it has come. Before the first step there is no model, and <c>Fit</c>
        /// throws a <see cref="TrainingStoppedException"/>; so it does when it is cancelled while images are loaded or features are made, also for a
        /// run that is to be resumed. Checkpoints are written from the first step on images on. Default: never.
        /// </summary>
        public CancellationToken StopToken { get; set; }

        /// <summary>
        /// The wall-clock time from the start of <c>Fit</c>, loading of the images included, after which it stops as by
        /// <see cref="StopToken"/>: more than zero. A resumed run has it anew. Default <see langword="null"/>: no limit.
        /// </summary>
        public TimeSpan? TimeBudget { get; set; }

        /// <summary>
        /// Where lines about the progress go: see <see cref="ProgressExtensions"/>. It is no property that options are compared by.
        /// </summary>
        internal TextWriter? ProgressWriter { get; private set; }

        internal CheckpointSettings Checkpoints => new()
        {
            EveryEpochs = CheckpointEveryEpochs,
            Interval = CheckpointInterval,
            Kept = CheckpointsKept,
            ResumeFrom = ResumeFrom,
        };

        /// <summary>The averaging of a run.</summary>
        /// <param name="schedule">The run's schedule, with its seed.</param>
        internal WeightAveraging AveragingWith(ILearningRateSchedule schedule) => WeightAveraging ?? WeightAveraging.DefaultFor(schedule);

        internal Options Clone() => (Options)MemberwiseClone();

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
