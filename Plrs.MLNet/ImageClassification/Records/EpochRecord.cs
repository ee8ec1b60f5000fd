namespace Plrs.MLNet.Records;

/// <summary>The metrics of an epoch.</summary>
public sealed class EpochRecord
{
    /// <summary>The epoch, from 0.</summary>
    public int Epoch { get; init; }

    /// <summary>The learning rate of its last step.</summary>
    public double LearningRate { get; init; }

    /// <summary>The mean cross-entropy of its steps in nats.</summary>
    public double CrossEntropy { get; init; }

    /// <summary>The share of images that its steps classified correctly, from 0 to 1.</summary>
    public double Accuracy { get; init; }

    /// <summary>The cross-entropy of the validation; <see langword="null"/> without one.</summary>
    public double? ValidationCrossEntropy { get; init; }

    /// <summary>The accuracy of the validation; <see langword="null"/> without one.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>The mean norm of the steps' gradients; <see langword="null"/> where it was not measured.</summary>
    public double? MeanGradientNorm { get; init; }

    /// <summary>The largest norm of a step's gradient; <see langword="null"/> where it was not measured.</summary>
    public double? LargestGradientNorm { get; init; }

    /// <summary>The median of the epoch's estimates of β; <see langword="null"/> without one.</summary>
    public double? Smoothness { get; init; }
}

/// <summary>A sign of instability: see <see cref="InstabilitySignal"/>.</summary>
public sealed class SignalRecord
{
    /// <summary>What it is: LossSpike, ExplodingGradient or RateAboveSmoothness.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The number of the step in the run, from 0.</summary>
    public long Step { get; init; }

    /// <summary>The step's epoch, from 0.</summary>
    public long Epoch { get; init; }

    /// <summary>The learning rate whose update made the weights that showed it.</summary>
    public double LearningRate { get; init; }

    /// <summary>The loss, the norm or L_max.</summary>
    public double Value { get; init; }

    /// <summary>What the value should not have reached.</summary>
    public double Limit { get; init; }
}
