using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Training;

/// <summary>The figure that early stopping watches.</summary>
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
/// of the epoch with the best figure, and of those with equal accuracy the lowest loss.
/// </summary>
public sealed record EarlyStopping
{
    /// <summary>Describes when to stop.</summary>
    /// <param name="minDelta">The smallest change that counts as an improvement; its sign is ignored. Default 0.01.</param>
    /// <param name="patience">The number of epochs in a row without improvement after which training stops, at least 1. Default 20.</param>
    /// <param name="metric">The figure to watch: of the validation set, or of the training set when there is none. Default accuracy.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public EarlyStopping(float minDelta = 0.01f, int patience = 20, EarlyStoppingMetric metric = EarlyStoppingMetric.Accuracy)
    {
        if (!float.IsFinite(minDelta))
        {
            throw new ArgumentOutOfRangeException(nameof(minDelta), minDelta, "The smallest improvement must be finite.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        if (!Enum.IsDefined(metric))
        {
            throw new ArgumentOutOfRangeException(nameof(metric), metric, "The metric must be Accuracy or Loss.");
        }

        MinDelta = Math.Abs(minDelta);
        Patience = patience;
        Metric = metric;
    }

    /// <summary>The smallest change that counts as an improvement.</summary>
    public float MinDelta { get; }

    /// <summary>The number of epochs in a row without improvement after which training stops.</summary>
    public int Patience { get; }

    /// <summary>The figure to watch.</summary>
    public EarlyStoppingMetric Metric { get; }

    /// <summary>
    /// The epoch, from 0, from which epochs without improvement are counted, at least 0. Default <see langword="null"/>: the one in which the
    /// schedule begins its last decay (see <see cref="IPlannedSchedule.LastDecay"/>), because a plateau before it says nothing of what the decay will
    /// bring; 0 for a schedule without a plan, as in ML.NET.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int? CountedFrom
    {
        get;
        init => field = value is null or >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(CountedFrom), value, $"{nameof(CountedFrom)} must be at least 0, or null.");
    }
}
