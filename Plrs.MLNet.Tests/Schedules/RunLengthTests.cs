using Microsoft.ML;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Torch;
using TorchSharp;

namespace Plrs.MLNet.Tests.Schedules;

[TestClass]
public sealed class RunLengthTests
{
    private const string UnknownLength = "takes its length from the run, which is not known here: make it with totalEpochs";

    /// <summary>Schedules that take their length from the run, beside the same made for 20 epochs.</summary>
    public static IEnumerable<(ILearningRateSchedule Open, ILearningRateSchedule Made)> Pairs =>
    [
        (new KneeSchedule(exploreEpochs: 5), new KneeSchedule(exploreEpochs: 5, totalEpochs: 20)),
        (new OneCycleSchedule(0.1), new OneCycleSchedule(0.1, totalEpochs: 20)),
        (DecaySchedule.Cosine(0.1, 0.01), DecaySchedule.Cosine(0.1, 0.01, 20)),
        (new CooldownSchedule(0.1, 0.2), new CooldownSchedule(0.1, 0.2, totalEpochs: 20)),
        (DecaySchedule.Linear(0.1), DecaySchedule.Linear(0.1, totalEpochs: 20)),
        (WarmUpSchedule.ForEpochs(2, new OneCycleSchedule(0.1)), WarmUpSchedule.ForEpochs(2, new OneCycleSchedule(0.1, totalEpochs: 20))),
        (
            new PlrsSchedule(0.07, 0.1) { Envelope = DecaySchedule.Cosine(1) },
            new PlrsSchedule(0.07, 0.1) { Envelope = DecaySchedule.Cosine(1, totalEpochs: 20) }),
        (
            PlrsSchedule.Around(new KneeSchedule(exploreEpochs: 5), 0.2),
            PlrsSchedule.Around(new KneeSchedule(exploreEpochs: 5, totalEpochs: 20), 0.2)),
    ];

    [TestMethod]
    [DynamicData(nameof(Pairs))]
    public void TheRunsLengthIsAsGoodAsOneOfItsOwn(ILearningRateSchedule open, ILearningRateSchedule made)
    {
        Assert.IsTrue(open.TakesLengthOfRun());
        Assert.IsFalse(made.TakesLengthOfRun());
        Assert.AreEqual(made, open.WithLengthOfRun(20));
        Assert.AreEqual(made, made.WithLengthOfRun(30), "one that was made for a number of epochs stays as it is");
        Assert.AreEqual(made.ToString(), open.WithLengthOfRun(20).ToString());
        Assert.AreNotEqual(made.ToString(), open.ToString());
        Assert.AreEqual(20, ((IPlannedSchedule)made).TotalEpochs);
    }

    [TestMethod]
    [DynamicData(nameof(Pairs))]
    public void UntilItIsKnownThereAreNoRates(ILearningRateSchedule open, ILearningRateSchedule made)
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => open.GetLearningRate(default));

        Assert.Contains(UnknownLength, error.Message);
        Assert.IsGreaterThan(0, made.GetLearningRate(default));
    }

    [TestMethod]
    public void AScheduleThatNeedsNoLengthStaysAsItIs()
    {
        ILearningRateSchedule[] schedules =
        [
            new PlrsSchedule(0.07, 0.1),
            new ConstantSchedule(0.1),
            WarmUpSchedule.ForSteps(5, new ConstantSchedule(0.1)),
            PlrsSchedule.Around(new ConstantSchedule(0.1), 0.2),
        ];
        foreach (var schedule in schedules)
        {
            Assert.IsFalse(schedule.TakesLengthOfRun());
            Assert.AreSame(schedule, schedule.WithLengthOfRun(20));
        }
    }

    [TestMethod]
    public void ARunThatIsTooShortIsRefused() =>
        Refusal.Expect(
            "totalEpochs",
            "totalEpochs is 100; it must be greater than exploreEpochs (100).",
            () => new KneeSchedule().WithLengthOfRun(100));

    [TestMethod]
    public void OnAnOptimizerTheLengthIsGivenWithIt()
    {
        using var network = torch.nn.Linear(2, 2);
        using var optimizer = torch.optim.SGD(network.parameters(), 1);

        var scheduler = new ScheduleLR(optimizer, DecaySchedule.Linear(0.1), stepsPerEpoch: 2, totalEpochs: 5);
        scheduler.Position = 5;

        Assert.AreEqual(DecaySchedule.Linear(0.1, totalEpochs: 5), scheduler.Schedule);
        Assert.AreEqual(0.05, scheduler.LearningRate, 1e-15);
        Refusal.Expect(
            "schedule",
            $"The schedule linear, 0.1 to 0 over the run {UnknownLength}, or give ScheduleLR its totalEpochs.",
            () => new ScheduleLR(optimizer, DecaySchedule.Linear(0.1), stepsPerEpoch: 2));
        Refusal.Expect(
            "totalEpochs",
            "totalEpochs is 0; it must be at least 1.",
            () => new ScheduleLR(optimizer, DecaySchedule.Linear(0.1), stepsPerEpoch: 2, totalEpochs: 0));
    }

    [TestMethod]
    public void TheTrainerGivesItsEpochs()
    {
        var options = QuickRun.QuickOptions();
        options.Schedule = DecaySchedule.Linear(0.12);

        var run = QuickRun.Train(options);

        Assert.AreEqual(
            "0.12 0.11 0.1", string.Join(' ', run.Steps.Take(3).Select(step => FormattableString.Invariant($"{step.LearningRate:G3}"))));
        Assert.AreEqual(0.01, run.Steps[^1].LearningRate, 1e-12);
        Assert.IsTrue(run.Log.Exists(message => message.Contains("schedule linear, 0.12 to 0 over 3 epochs;", StringComparison.Ordinal)));
        Assert.IsEmpty(run.Warnings);
    }

    [TestMethod]
    public void TheTrainerRefusesARunThatIsTooShortWhenItIsMade()
    {
        var options = QuickRun.QuickOptions();
        options.Schedule = new KneeSchedule();

        Refusal.Expect(
            "totalEpochs",
            "totalEpochs is 3; it must be greater than exploreEpochs (100).",
            () => TestPipeline.FromMemory(new MLContext(), options));
    }

    [TestMethod]
    public void AResumedRunOfAnotherLengthHasAnotherSchedule()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions("plain SGD", workspace);
        options.Schedule = new PlrsSchedule(0.05, 0.1) { Envelope = DecaySchedule.Linear(1) };
        QuickRun.Train(options);
        options.Epoch = QuickRun.Epochs + 1;
        options.Checkpoints.ResumeFrom = Plrs.MLNet.CheckpointSource.File(QuickRun.CheckpointPath(workspace, 12));

        var (_, error) = QuickRun.Fail<InvalidOperationException>(options);

        Assert.Contains(
            "schedule was PLRS U[0.05, 0.1] × (linear, 1 to 0 over 3 epochs), " +
            "seed 11, redrawn every step, is PLRS U[0.05, 0.1] × (linear, 1 to 0 over 4 epochs), seed 11, redrawn every step. " +
            "If that is on purpose, ask for the checkpoint by CheckpointSource.File(path, scheduleMayDiffer: true).",
            error.Message);
    }
}
