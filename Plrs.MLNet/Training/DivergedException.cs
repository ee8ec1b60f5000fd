using System.Globalization;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Training;

/// <summary>The error of a run whose last step showed that it leads nowhere: often the fault of the update before it.</summary>
internal sealed class DivergedException(string how, TrainingState state) : Exception(Describe(how, state))
{
    private static string Describe(string how, TrainingState state)
    {
        var step = new TrainingStep(state.Steps - 1, state.StepsPerEpoch);
        var rates = string.Join(" after ", new[] { step.Index, step.Index - 1 }.Where(index => index >= 0).Select(state.LearningRate).Select(
            rate => rate.ToString(CultureInfo.InvariantCulture)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Training diverged at step {step.Index} (epoch {step.Epoch}, learning rate {rates}): {how}. Try a lower maximum learning rate (a range test finds it), a warm-up, or larger batches.");
    }
}
