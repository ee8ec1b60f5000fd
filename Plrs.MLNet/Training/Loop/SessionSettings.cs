using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Training;

/// <summary>What a training session needs to know besides the data and the network.</summary>
internal sealed record SessionSettings
{
    /// <summary>The number of passes over the training data.</summary>
    public required int Epochs { get; init; }

    /// <summary>The number of images in a step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>
    /// The fewest images in an epoch's last step, or <see langword="null"/> for what is usual: see <see cref="EpochSteps"/>.
    /// </summary>
    public int? MinimumLastBatchSize { get; init; }

    /// <summary>The rate of each step.</summary>
    public required ILearningRateSchedule Schedule { get; init; }

    public required OptimizerOptions Optimizer { get; init; }

    /// <summary>
    /// The groups of parameters, or <see langword="null"/> for one of all that want a gradient. Parameters in no group are frozen.
    /// </summary>
    public IReadOnlyList<ParameterGroupPlan>? Groups { get; init; }

    /// <summary>How much examples of a batch are mixed: see <see cref="ImageAugmentation.MixupAlpha"/>.</summary>
    public double MixupAlpha { get; init; }

    /// <summary>The share of a label that is spread over all classes, in training.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>What an image of each class weighs in the training's loss, or <see langword="null"/> for all the same.</summary>
    public float[]? ClassWeights { get; init; }

    /// <summary>Whether an epoch has as many images of one class as of another.</summary>
    public bool SamplesClassesEqually { get; init; }

    public TrainingPrecision Precision { get; init; }

    /// <summary>Where the network is trained.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>
    /// The most steps whose figures are left on the <see cref="Device"/> where nobody asks for them. So many steps late a loss that is no
    /// number is found.
    /// </summary>
    public int StepsPerReading { get; init; } = 1;

    /// <summary>Whether the gradient's norm is measured at every step.</summary>
    public bool MeasuresGradients { get; init; }

    /// <summary>
    /// After how many steps each the gradient's change along itself is measured, the run's first being one of them; <see langword="null"/>
    /// for never. Only with <see cref="MeasuresGradients"/>.
    /// </summary>
    public int? SmoothnessInterval { get; init; }

    /// <summary>What changes the gradients before the update, or <see langword="null"/> for nothing.</summary>
    public IGradientReduction? Reduction { get; init; }

    /// <summary>The steps of an epoch on some images.</summary>
    public EpochSteps StepsOf(int images) => new(images, BatchSize, MinimumLastBatchSize);

    /// <summary>The same where nobody watches the gradients.</summary>
    public SessionSettings WithoutSignals() => this with { MeasuresGradients = false, SmoothnessInterval = null };

    /// <summary>Whether the gradient's change along itself is measured at a step.</summary>
    public bool ProbesSmoothnessAt(long step) => SmoothnessInterval is { } interval && step % interval == 0;

    /// <summary>The seed of the order and of the changes to the images.</summary>
    public required int Seed { get; init; }
}
