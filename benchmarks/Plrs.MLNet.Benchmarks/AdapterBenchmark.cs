using BenchmarkDotNet.Attributes;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks;

/// <summary>One step of our scheduler and of TorchSharp's simplest one, each on an SGD optimizer of its own.</summary>
public class AdapterBenchmark
{
    private optim.lr_scheduler.LRScheduler _stepLR = null!;
    private optim.lr_scheduler.LRScheduler _plrs = null!;
    private optim.lr_scheduler.LRScheduler _constant = null!;

    [Params(1, 4)]
    public int ParameterGroups { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        // A step size that is never reached: StepLR's cheapest case.
        _stepLR = optim.lr_scheduler.StepLR(Optimizer(), step_size: int.MaxValue);
        _plrs = new PlrsLR(Optimizer(), 0.07, 0.1, seed: 1);
        _constant = new ScheduleLR(Optimizer(), new ConstantSchedule(0.1), stepsPerEpoch: 391);
    }

    [Benchmark(Baseline = true, Description = "TorchSharp's StepLR.step()")]
    public void StepLR() => _stepLR.step();

    [Benchmark(Description = "PlrsLR.step()")]
    public void Plrs() => _plrs.step();

    [Benchmark(Description = "ScheduleLR.step(), constant")]
    public void Constant() => _constant.step();

    private SGD Optimizer() =>
        optim.SGD([.. Enumerable.Range(0, ParameterGroups).Select(_ => new SGD.ParamGroup([new Parameter(zeros(1))], lr: 0.1))], 0.1);
}
