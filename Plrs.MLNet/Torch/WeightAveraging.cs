using System.Globalization;
using Plrs.MLNet.Common;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet;

/// <summary>
/// How the weights of the steps are averaged. Validation, early stopping and the trained model use the average; training continues with the
/// weights as the steps make them. If rates never fall, as with PLRS, the last weights move about in the neighbourhood of a minimum, and
/// their average does not.
/// </summary>
/// <remarks>
/// One of <see cref="None"/>, <see cref="Exponential"/> and <see cref="Uniform"/>. The running statistics of batch norms are averaged with
/// the weights, or recomputed: see <see cref="UpdateBatchNorm"/>. After Polyak and Juditsky (1992); for exponential averages of networks,
/// Morales-Brotons et al., arXiv 2411.18704. <see cref="Torch.AveragedModel"/> takes one for a training loop of your own.
/// </remarks>
/// <example>
/// <code>
/// options.WeightAveraging = WeightAveraging.None;
/// options.WeightAveraging = WeightAveraging.Exponential(decay: 0.99);
/// options.WeightAveraging = WeightAveraging.Uniform(fromEpoch: 20);
/// </code>
/// </example>
public abstract record WeightAveraging
{
    private WeightAveraging()
    {
    }

    /// <summary>No average: the weights of the last step.</summary>
    public static WeightAveraging None { get; } = new NoAverage();

    /// <summary>
    /// Whether the batch norms' running statistics are recomputed for the averaged weights before each validation, as the mean of those of
    /// all batches of the training images without random changes. It costs a forward pass over them an epoch. When a run is stopped within
    /// an epoch, its model has averaged statistics all the same. The trainer refuses it where <see cref="FineTuning.FreezeBatchNorm"/>
    /// holds, as with pretrained weights by default. Default <see langword="false"/>: they are averaged with the weights, which costs next
    /// to nothing.
    /// </summary>
    public bool UpdateBatchNorm { get; init; }

    /// <summary>The first epoch, from 0, whose weights are averaged.</summary>
    internal virtual int FirstEpoch => 0;

    /// <summary>
    /// An exponential average: after each step, the average keeps the share min(<paramref name="decay"/>, (1 + t)/(10 + t)) of itself, t
    /// being the number of steps before this one, and takes the rest from the new weights. An average that begins at a checkpoint counts
    /// from there.
    /// </summary>
    /// <remarks>
    /// So it is the mean of about the last 1/(1 − decay) steps, 50 by default, but at first of no more than a ninth of those that were
    /// made: short runs need no other decay. One that is to follow thousands of steps an epoch may take a decay nearer to 1.
    /// </remarks>
    /// <param name="decay">The most that the average keeps of itself at a step, at least 0 and less than 1; 0.98 by default.</param>
    /// <returns>The averaging.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decay"/> is not in its range.</exception>
    public static WeightAveraging Exponential(double decay = 0.98) => new ExponentialAverage(ArgumentChecks.Share(decay));

    /// <summary>
    /// The plain mean of the weights after all steps from the beginning of an epoch on; before it, the weights of the last step. One that
    /// begins at a later checkpoint is the mean of the checkpoint's weights and those after it.
    /// </summary>
    /// <param name="fromEpoch">The epoch, from 0, at least 0 and less than the number of epochs.</param>
    /// <returns>The averaging.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fromEpoch"/> is negative.</exception>
    public static WeightAveraging Uniform(int fromEpoch) => new UniformAverage(ArgumentChecks.AtLeast(0, fromEpoch));

    /// <summary>For example "exponential, decay 0.98", or "uniform from epoch 20, norms recomputed".</summary>
    /// <returns>The averaging in words.</returns>
    public sealed override string ToString() => Words + (UpdateBatchNorm && this is not NoAverage ? ", norms recomputed" : "");

    /// <summary>
    /// What a run gets whose options do not say: an exponential average for a schedule that draws its rates, which has got its seed; none
    /// for any other.
    /// </summary>
    internal static WeightAveraging DefaultFor(ILearningRateSchedule schedule) =>
        schedule is ISeededSchedule { Seed: not null } ? Exponential() : None;

    /// <summary>Whether there is an average to keep.</summary>
    internal bool IsOn => this is not NoAverage;

    /// <summary>The share of the average that is taken from the weights after a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="begin">
    /// The first step of which there are weights to average: 0, or that of the checkpoint where the averaging began.
    /// </param>
    internal abstract double NewShare(TrainingStep step, long begin = 0);

    private protected abstract string Words { get; }

    private sealed record NoAverage : WeightAveraging
    {
        private protected override string Words => "none";

        internal override double NewShare(TrainingStep step, long begin = 0) => 1;
    }

    private sealed record ExponentialAverage(double Decay) : WeightAveraging
    {
        private protected override string Words => string.Create(CultureInfo.InvariantCulture, $"exponential, decay {Decay}");

        internal override double NewShare(TrainingStep step, long begin = 0)
        {
            var before = (double)(step.Index - begin);
            return 1 - Math.Min(Decay, (1 + before) / (10 + before));
        }
    }

    private sealed record UniformAverage(int From) : WeightAveraging
    {
        internal override int FirstEpoch => From;

        private protected override string Words => string.Create(CultureInfo.InvariantCulture, $"uniform from epoch {From}");

        internal override double NewShare(TrainingStep step, long begin = 0) =>
            1.0 / (1 + Math.Max(0, step.Index - Math.Max(begin, (long)From * step.StepsPerEpoch)));
    }
}
