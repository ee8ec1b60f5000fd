using System.Globalization;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Training;

namespace Plrs.MLNet;

/// <summary>
/// The error of a training of which a step showed that it leads nowhere: its loss, or the weights after it, were no finite numbers. That is
/// often the fault of the update before it.
/// </summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    internal TrainingDivergedException(string how, TrainingState state, long index)
        : this(Describe(how, state, index), new TrainingStep(index, state.StepsPerEpoch))
    {
    }

    private TrainingDivergedException(string message, TrainingStep step)
        : base(message) => Step = step;

    /// <summary>The step that showed it: of the head's own training, where the message says that it was the head.</summary>
    public TrainingStep Step { get; }

    /// <summary>The same error with more to say.</summary>
    internal TrainingDivergedException With(IEnumerable<string> sentences) => new(string.Join(' ', [Message, .. sentences]), Step);

    private static string Describe(string how, TrainingState state, long index)
    {
        var step = new TrainingStep(index, state.StepsPerEpoch);
        var rates = string.Join(
            " after ", new[] { step.Index, step.Index - 1 }.Where(index => index >= 0).Select(state.LearningRate).Select(
                rate => rate.ToString(CultureInfo.InvariantCulture)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Training diverged at step {step.Index} (epoch {step.Epoch}, learning rate {rates}): {how}. " +
            $"Try a lower maximum learning rate (a range test finds it), a warm-up, or larger batches.");
    }
}
