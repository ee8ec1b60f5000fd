using System.Globalization;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Training;

/// <summary>The error of a run of which a step showed that it leads nowhere: often the fault of the update before it.</summary>
internal sealed class DivergedException(string how, TrainingState state, long index) : Exception(Describe(how, state, index))
{
    private static string Describe(string how, TrainingState state, long index)
    {
        var step = new TrainingStep(index, state.StepsPerEpoch);
        var rates = string.Join(" after ", new[] { step.Index, step.Index - 1 }.Where(index => index >= 0).Select(state.LearningRate).Select(
            rate => rate.ToString(CultureInfo.InvariantCulture)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Training diverged at step {step.Index} (epoch {step.Epoch}, learning rate {rates}): {how}. Try a lower maximum learning rate (a range test finds it), a warm-up, or larger batches.");
    }
}
