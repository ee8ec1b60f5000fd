using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Torch;

/// <summary>Two groups of one weight each, with rate factors and weight decays of their own.</summary>
[TestClass]
public sealed class GroupedOptimizerTests
{
    private const double Rate = 0.5;

    public static IEnumerable<(OptimizerOptions Options, double Decay)> Optimizers =>
    [
        (new SgdOptions { WeightDecay = 0.1 }, 0.1),
        (new AdamOptions { WeightDecay = 0.2 }, 0.2),
        (new AdamWOptions(), 0.01),
    ];

    [TestMethod]
    [DynamicData(nameof(Optimizers))]
    public void EachGroupHasItsRateAndItsDecay(OptimizerOptions options, double decay)
    {
        using var first = new ParameterGroup(new ParameterGroupPlan("backbone", ["a"], RateFactor: 0.1), [Weight()]);
        using var second = new ParameterGroup(new ParameterGroupPlan("head", ["b"], WeightDecay: 0), [Weight()]);
        using var optimizer = options.Create([first, second], Rate);

        Assert.AreEqual("0.05 0.5", string.Join(' ', optimizer.ParamGroups.Select(group => group.InitialLearningRate)));
        Assert.AreEqual($"{decay} 0", string.Join(' ', optimizer.ParamGroups.Select(Decay)));

        var scheduler = new ScheduleLR(optimizer, new MultiStepSchedule(1, [2], 0.25), stepsPerEpoch: 1, [0.1, 1]);
        Assert.AreEqual("0.1 1", Rates(optimizer));
        scheduler.Position = 2;
        Assert.AreEqual("0.025 0.25", Rates(optimizer));
    }

    [TestMethod]
    public void FactorsCountAlsoWhereNoGroupHasTheSchedulesOwnRate()
    {
        using var group = new ParameterGroup(new ParameterGroupPlan("backbone", ["a"], RateFactor: 0.1), [Weight()]);
        using var optimizer = new SgdOptions().Create([group], Rate);

        var scheduler = new ScheduleLR(optimizer, new ConstantSchedule(2), stepsPerEpoch: 1, [0.1]);

        Assert.AreEqual("0.2", Rates(optimizer));
        Assert.AreEqual(2.0, scheduler.LearningRate);
    }

    [TestMethod]
    public void TheWeightsMoveByThem()
    {
        var (a, b) = (Weight(), Weight());
        using var first = new ParameterGroup(new ParameterGroupPlan("backbone", ["a"], RateFactor: 0.5), [a]);
        using var second = new ParameterGroup(new ParameterGroupPlan("head", ["b"], WeightDecay: 0), [b]);
        using var optimizer = new SgdOptions { WeightDecay = 0.25 }.Create([first, second], Rate);
        using (var loss = (a + b).sum())
        {
            loss.backward();
        }

        optimizer.step();

        // 1 less the rate times the gradient of 1 and the decay of the weight of 1.
        Assert.AreEqual(1 - (0.25f * 1.25f), a.item<float>());
        Assert.AreEqual(1 - 0.5f, b.item<float>());
    }

    private static Parameter Weight() => new(ones(1, 1));

    private static string Rates(optim.Optimizer optimizer) => string.Join(' ', optimizer.ParamGroups.Select(group => group.LearningRate));

    private static double? Decay(optim.ILearningRateController group) => group switch
    {
        SGD.ParamGroup sgd => sgd.Options.weight_decay,
        Adam.ParamGroup adam => adam.Options.weight_decay,
        AdamW.ParamGroup adamW => adamW.Options.weight_decay,
        _ => null,
    };
}
