using Plrs.MLNet.Common;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet;

/// <summary>The metric that early stopping watches.</summary>
public enum EarlyStoppingMetric
{
    /// <summary>The share of images classified correctly; higher is better.</summary>
    Accuracy,

    /// <summary>The mean cross-entropy; lower is better.</summary>
    Loss,
}

/// <summary>
/// When to stop training because it no longer improves; the counterpart of ML.NET's
/// <c>ImageClassificationTrainer.EarlyStopping</c>, with the same meaning of its settings. The trained model has the weights
/// of the epoch with the best metric, and of those with equal accuracy the lowest loss.
/// </summary>
/// <example>
/// <code>options.EarlyStoppingCriteria = new EarlyStopping { Patience = 5, Metric = EarlyStoppingMetric.Loss };</code>
/// </example>
public sealed record EarlyStopping
{
    /// <summary>The smallest change that counts as an improvement: any finite number, whose sign is ignored. Default 0.01.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public float MinDelta
    {
        get;
        init => field = float.IsFinite(value) ? Math.Abs(value) : throw ArgumentChecks.Refused(nameof(MinDelta), value, "a finite number");
    } = 0.01f;

    /// <summary>The number of epochs in a row without improvement after which training stops, at least 1. Default 20.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Patience
    {
        get;
        init => field = value >= 1 ? value : throw ArgumentChecks.Refused(nameof(Patience), value, "at least 1");
    } = 20;

    /// <summary>
    /// The figure to watch: of the validation set, or of the training set when there is none. Default
    /// <see cref="EarlyStoppingMetric.Accuracy"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of <see cref="EarlyStoppingMetric"/>.</exception>
    public EarlyStoppingMetric Metric
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw ArgumentChecks.Refused(nameof(Metric), value, "Accuracy or Loss");
    } = EarlyStoppingMetric.Accuracy;

    /// <summary>
    /// The epoch, from 0, from which epochs without improvement are counted, at least 0. Default <see langword="null"/>: the one in which
    /// the schedule begins its last decay (see <see cref="IPlannedSchedule.LastDecay"/>), because a plateau before it says nothing of what
    /// the decay will bring; 0 for a schedule without a plan, as in ML.NET.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int? StartFromEpoch
    {
        get;
        init => field = value is null or >= 0
            ? value
            : throw ArgumentChecks.Refused(nameof(StartFromEpoch), value, "at least 0, or null");
    }
}
