using Plrs.MLNet;
using Plrs.MLNet.Schedules;

namespace TrainOnFolder;

/// <summary>The schedules that the paper compares PLRS with, scaled to the length of the run; their highest rate is L_max.</summary>
internal static class BaselineSchedules
{
    public static ILearningRateSchedule Create(ScheduleName name, double maximumLearningRate, int epochs) => name switch
    {
        ScheduleName.Constant => new ConstantSchedule(maximumLearningRate),
        ScheduleName.Cosine => new CosineWarmRestartsSchedule(0.0001, maximumLearningRate),
        ScheduleName.Knee => new KneeSchedule(maximumLearningRate, exploreEpochs: epochs / 2, totalEpochs: epochs),
        ScheduleName.MultiStep => new MultiStepSchedule(maximumLearningRate, [Math.Max(1, epochs / 2), Math.Max(2, 3 * epochs / 4)]),
        ScheduleName.OneCycle => new OneCycleSchedule(maximumLearningRate, totalEpochs: epochs),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "PLRS has bounds; see UsePlrs."),
    };
}
