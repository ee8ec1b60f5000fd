using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Torch;

[TestClass]
[DoNotParallelize]
public sealed class ScheduleLRTests
{
    private static readonly PlrsSchedule Plrs = new(0.07, 0.1, seed: 1);

    [TestMethod]
    public void ConstructionSetsTheRateOfStepZeroAndEachStepMovesOn()
    {
        using var optimizer = Sgd(0.5);
        var scheduler = new ScheduleLR(optimizer, Plrs, stepsPerEpoch: 3);
        for (var index = 0L; index < 50; index++)
        {
            var expected = Plrs.GetLearningRate(new TrainingStep(index, 3));
            Assert.AreEqual(index, scheduler.Position);
            Assert.AreEqual(expected, scheduler.LearningRate);
            Assert.AreEqual(expected, optimizer.ParamGroups.Single().LearningRate);
            Assert.AreEqual(expected, scheduler.get_last_lr().Single());
            scheduler.step();
        }
    }

    [TestMethod]
    public void EpochsHaveTheStepsTheyWereSaidToHave()
    {
        using var optimizer = Sgd(0.1);
        var scheduler = new ScheduleLR(optimizer, new MultiStepSchedule(0.1, [1, 2]), stepsPerEpoch: 4);
        var rates = new List<double>();
        for (var index = 0; index < 12; index++, scheduler.step())
        {
            rates.Add(optimizer.ParamGroups.Single().LearningRate);
        }

        double[] expected = [0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.01, 0.001, 0.001, 0.001, 0.001];
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], rates[i], 1e-15, $"step {i}");
        }
    }

    [TestMethod]
    public void UpdatesUseTheRatesFromTheFirstOn()
    {
        using var weight = new Parameter(zeros(1, float64));
        using var optimizer = optim.SGD([weight], 123.0);
        var scheduler = new PlrsLR(optimizer, 0.07, 0.1, seed: 1);
        var expected = 0.0;
        for (var index = 0; index < 20; index++)
        {
            optimizer.zero_grad();
            using var loss = weight.sum();
            loss.backward();
            optimizer.step();
            scheduler.step();
            expected -= Plrs.GetLearningRate(new TrainingStep(index, 1));

            Assert.AreEqual(expected, weight.item<double>(), 1e-12, $"after step {index}");
        }
    }

    [TestMethod]
    [DataRow("SGD")]
    [DataRow("Adam")]
    public void GroupsKeepTheirRatioToTheFirst(string kind)
    {
        using var optimizer = kind == "SGD" ? Sgd(0.2, 0.02, 0.6) : Adam(0.2, 0.02, 0.6);
        var scheduler = new ScheduleLR(optimizer, Plrs, stepsPerEpoch: 3);
        for (var index = 0; index < 20; index++)
        {
            var rates = optimizer.ParamGroups.Select(group => group.LearningRate).ToArray();

            Assert.AreEqual(Plrs.GetLearningRate(new TrainingStep(index, 3)), rates[0], $"step {index}");
            Assert.AreEqual(0.1, rates[1] / rates[0], 1e-15, $"step {index}");
            Assert.AreEqual(3, rates[2] / rates[0], 1e-14, $"step {index}");
            CollectionAssert.AreEqual(rates, scheduler.get_last_lr().ToArray());
            scheduler.step();
        }
    }

    [TestMethod]
    public void RatiosAreThoseOfTheInitialRatesAlsoAfterAnotherScheduler()
    {
        using var optimizer = Sgd(0.2, 0.02);
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = 7;
        }

        var scheduler = new ScheduleLR(optimizer, new ConstantSchedule(0.5), stepsPerEpoch: 3);

        var rates = scheduler.get_last_lr().ToArray();
        Assert.AreEqual(0.5, rates[0]);
        Assert.AreEqual(0.05, rates[1], 1e-15);
    }

    [TestMethod]
    public void StepTakesAPositionAndIgnoresMetrics()
    {
        using var optimizer = Sgd(0.1);
        var scheduler = new ScheduleLR(optimizer, Plrs, stepsPerEpoch: 3);

        scheduler.step((int?)17);
        Assert.AreEqual(17L, scheduler.Position);
        Assert.AreEqual(Plrs.GetLearningRate(new TrainingStep(17, 3)), optimizer.ParamGroups.Single().LearningRate);

        scheduler.step((int?)null);
        Assert.AreEqual(18L, scheduler.Position);

        scheduler.step(0.75);
        Assert.AreEqual(19L, scheduler.Position);

        scheduler.step(0.75, 4);
        Assert.AreEqual(4L, scheduler.Position);
        Assert.AreEqual(Plrs.GetLearningRate(new TrainingStep(4, 3)), scheduler.LearningRate);
    }

    [TestMethod]
    public void ARestoredPositionContinuesTheRun()
    {
        var schedule = WarmUpSchedule.ForSteps(40, new PlrsSchedule(0.07, 0.1, 5, RedrawInterval.EverySteps(3)));
        using var optimizer = Sgd(0.1, 0.2);
        var scheduler = new ScheduleLR(optimizer, schedule, stepsPerEpoch: 7);
        for (var i = 0; i < 25; i++)
        {
            scheduler.step();
        }

        using var otherOptimizer = Sgd(0.1, 0.2);
        var resumed = new ScheduleLR(otherOptimizer, schedule, stepsPerEpoch: 7) { Position = scheduler.Position };
        for (var i = 0; i < 25; i++)
        {
            CollectionAssert.AreEqual(Rates(optimizer), Rates(otherOptimizer), $"step {scheduler.Position}");
            CollectionAssert.AreEqual(scheduler.get_last_lr().ToArray(), resumed.get_last_lr().ToArray());
            Assert.AreEqual(scheduler.Position, resumed.Position);
            scheduler.step();
            resumed.step();
        }

        static double[] Rates(optim.Optimizer optimizer) => [.. optimizer.ParamGroups.Select(group => group.LearningRate)];
    }

    [TestMethod]
    public void AStepCostsNoMemory()
    {
        using var optimizer = Adam(0.2, 0.02, 0.6);
        ScheduleLR scheduler = new ScheduleLR(optimizer, new PlrsSchedule(0.07, 0.1), stepsPerEpoch: 10);

        Assert.AreEqual(0L, Allocations.Of(() => Work(scheduler)));

        static void Work(ScheduleLR scheduler)
        {
            for (var i = 0; i < 1000; i++)
            {
                scheduler.step();
                scheduler.step((int?)i);
                scheduler.step(0.5);
                scheduler.Position = i;
                _ = scheduler.LearningRate;
                _ = scheduler.get_last_lr();
            }
        }
    }

    [TestMethod]
    public void PlrsLRIsAScheduleLRWithPlrs()
    {
        using var optimizer = Sgd(0.1);
        var scheduler = new PlrsLR(optimizer, 0.07, 0.1, seed: -3);

        Assert.AreEqual(new PlrsSchedule(0.07, 0.1, -3), scheduler.Schedule);
        Assert.AreEqual(1, scheduler.StepsPerEpoch, "No number beside the seed that could be taken for it.");
    }

    internal static optim.Optimizer Sgd(params double[] rates) =>
        rates.Length == 1
            ? optim.SGD([new Parameter(zeros(1))], rates[0])
            : optim.SGD([.. rates.Select(rate => new SGD.ParamGroup([new Parameter(zeros(1))], rate))], rates[0]);

    private static Adam Adam(params double[] rates) =>
        optim.Adam([.. rates.Select(rate => new Adam.ParamGroup([new Parameter(zeros(1))], rate))], rates[0]);
}
