using BenchmarkDotNet.Attributes;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Benchmarks;

/// <summary>
/// One rate after another, as a training loop asks for them. The loop's own work, making the TrainingStep, is counted in.
/// </summary>
public class ScheduleBenchmark
{
    private const int Steps = 1000;
    private const int StepsPerEpoch = 391;

    [ParamsSource(nameof(Schedules))]
    public ILearningRateSchedule Schedule { get; set; } = null!;

    public static IEnumerable<ILearningRateSchedule> Schedules =>
    [
        new PlrsSchedule(0.07, 0.1, seed: 1),
        new PlrsSchedule(0.07, 0.1, seed: 1, RedrawInterval.EverySteps(10)),
        new PlrsSchedule(0.07, 0.1, seed: 1, RedrawInterval.EveryEpoch),
        new ConstantSchedule(0.1),
        new MultiStepSchedule(0.1),
        new CosineWarmRestartsSchedule(0.0001, 0.1),
        new KneeSchedule(totalEpochs: 500),
        new OneCycleSchedule(0.1, totalEpochs: 500),
        WarmUpSchedule.ForEpochs(5, new PlrsSchedule(0.07, 0.1, seed: 1)),
    ];

    [Benchmark(OperationsPerInvoke = Steps)]
    public double GetLearningRate()
    {
        var sum = 0.0;
        for (var i = 0; i < Steps; i++)
        {
            sum += Schedule.GetLearningRate(new TrainingStep(100_000 + i, StepsPerEpoch));
        }

        return sum;
    }
}
