using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Plrs.MLNet.TorchTrainers;

/// <summary>An optimizer that sets the schedule's rate of a step before it makes it, whoever else sets rates between the steps.</summary>
internal sealed class ScheduledOptimizer(Optimizer optimizer, ILearningRateSchedule schedule, int stepsPerEpoch)
    : DelegatingOptimizer(optimizer)
{
    private readonly ScheduleLR _scheduler = new(optimizer, schedule, stepsPerEpoch);
    private long _steps;

    public override Tensor? step(Func<Tensor>? closure = null)
    {
        _scheduler.Position = _steps++;
        return base.step(closure);
    }
}
