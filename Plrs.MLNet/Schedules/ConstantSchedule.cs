using System.Globalization;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Schedules;

/// <summary>
/// The same learning rate at every step: η = c. The paper's comparison uses 0.05 for VGG-16 and 0.1 for the other networks (App. F).
/// </summary>
/// <example>
/// <code>var schedule = new ConstantSchedule(0.1);</code>
/// </example>
public sealed record ConstantSchedule : ILearningRateSchedule
{
    /// <summary>Keeps one rate.</summary>
    /// <param name="learningRate">The rate, greater than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRate"/> is not finite or not greater than 0.</exception>
    public ConstantSchedule(double learningRate) => LearningRate = ArgumentChecks.Positive(learningRate);

    /// <summary>The rate of every step.</summary>
    public double LearningRate { get; }

    /// <inheritdoc/>
    public double GetLearningRate(TrainingStep step) => LearningRate;

    /// <summary>For example "constant 0.1".</summary>
    /// <returns>The schedule in words.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"constant {LearningRate}");
}
