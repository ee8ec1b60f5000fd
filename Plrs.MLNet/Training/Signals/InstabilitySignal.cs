using System.Globalization;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet;

/// <summary>
/// Something that a training showed: see <see cref="InstabilitySignals"/>. Each kind comes once per epoch at most,
/// <see cref="InstabilityKind.RateAboveSmoothness"/> once per run.
/// </summary>
public sealed record InstabilitySignal
{
    /// <summary>What it is.</summary>
    public required InstabilityKind Kind { get; init; }

    /// <summary>The step that showed it.</summary>
    public required TrainingStep Step { get; init; }

    /// <summary>
    /// The learning rate of the step before that one, whose update made the weights that showed it; of the step itself where it is the
    /// run's first.
    /// </summary>
    public required double LearningRate { get; init; }

    /// <summary>
    /// The loss in nats of a <see cref="InstabilityKind.LossSpike"/>, the gradient's norm of an
    /// <see cref="InstabilityKind.ExplodingGradient"/>, L_max of <see cref="InstabilityKind.RateAboveSmoothness"/>.
    /// </summary>
    public required double Value { get; init; }

    /// <summary>What the <see cref="Value"/> should not have reached; 1/β for <see cref="InstabilityKind.RateAboveSmoothness"/>.</summary>
    public required double Limit { get; init; }

    /// <summary>The signal in a sentence or two.</summary>
    /// <returns>The sentences, in the invariant culture.</returns>
    public override string ToString()
    {
        var where = string.Create(
            CultureInfo.InvariantCulture, $"step {Step.Index} (epoch {Step.Epoch}, after learning rate {LearningRate:G3})");
        return Kind switch
        {
            InstabilityKind.LossSpike => string.Create(
                CultureInfo.InvariantCulture,
                $"Loss spike at {where}: {Value:G4} nats, above {Limit:G4}. Where spikes come again, lower the learning rates."),
            InstabilityKind.ExplodingGradient => string.Create(
                CultureInfo.InvariantCulture, $"Exploding gradient at {where}: its norm is {Value:G4}, above {Limit:G4}. " +
                    $"Where it comes again, lower the learning rates."),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"L_max ≥ 1/β by the estimate at step {Step.Index} (epoch {Step.Epoch}): " +
                $"L_max is {Value:G3}, 1/β at most {Limit:G3} (β at least {1 / Limit:G3} along the gradient). " +
                $"Theorem 1 of PLRS does not cover this run; that alone is no sign of trouble."),
        };
    }
}
