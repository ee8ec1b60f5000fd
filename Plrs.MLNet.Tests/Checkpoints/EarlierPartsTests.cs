using System.Text;
using Microsoft.ML;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Records;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Compatibility;
using Plrs.MLNet.Tests.Support;
using TorchSharp;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Tests.Checkpoints;

/// <summary>What the record of a resumed run has of the steps before the checkpoint: what was true when they were made.</summary>
[TestClass]
[DoNotParallelize]
public sealed class EarlierPartsTests
{
    [TestMethod]
    public void RatesBeforeTheCheckpointAreThoseOfTheScheduleThatTheyWereMadeWith()
    {
        using var workspace = Interrupted(_ => { }, steps: 5);
        var record = Resume(workspace, 5, options => options.Schedule = new ConstantSchedule(0.01)).Record!;

        var plrs = new PlrsSchedule(0.05, 0.1, QuickRun.Seed);
        var steps = QuickRun.Epochs * QuickRun.StepsPerEpoch;
        CollectionAssert.AreEqual(
            Enumerable.Range(0, steps)
                .Select(i => i < 5 ? plrs.GetLearningRate(new TrainingStep(i, QuickRun.StepsPerEpoch)) : 0.01).ToList(),
            record.Schedule.LearningRates.ToList());
        Assert.AreEqual("constant 0.01", record.Schedule.Description);
        var part = record.EarlierParts.Single();
        Assert.AreEqual(
            (5, "PLRS U[0.05, 0.1], seed 11, redrawn every step", "exponential, decay 0.98"),
            (part.Steps, part.Schedule, part.WeightAveraging));
        Assert.AreEqual(record.Machine["Threads"], part.Machine["Threads"]);
        Assert.AreEqual(record.Versions["Plrs.MLNet"], part.Versions["Plrs.MLNet"]);
        Assert.HasCount(1, RoundTrip(record).EarlierParts);
    }

    [TestMethod]
    public void ARunThatGoesOnAsBeforeHasNoEarlierPart()
    {
        using var workspace = Interrupted(_ => { }, steps: 5);

        var record = Resume(workspace, 5, _ => { }).Record!;

        Assert.IsEmpty(record.EarlierParts);
        CollectionAssert.AreEqual(
            QuickRun.Train(QuickRun.QuickOptions()).Record!.Schedule.LearningRates.ToList(), record.Schedule.LearningRates.ToList());
    }

    [TestMethod]
    public void SeveralPartsAreKeptOneAfterTheOther()
    {
        using var workspace = Interrupted(_ => { }, steps: 3);
        var second = With(workspace, 3, options => options.Schedule = new ConstantSchedule(0.02));
        using var next = new TemporaryFolder();
        second.WorkspacePath = next.Path;
        QuickRun.Fail<OperationCanceledException>(second, CancelAt(7));

        var record = Resume(next, 7, options => options.Schedule = new ConstantSchedule(0.03)).Record!;

        CollectionAssert.AreEqual(
            new[] { "3 PLRS U[0.05, 0.1], seed 11, redrawn every step", "7 constant 0.02" },
            record.EarlierParts.Select(part => $"{part.Steps} {part.Schedule}").ToList());
        CollectionAssert.AreEqual(
            new[] { 0.02, 0.02, 0.02, 0.02, 0.03 }, record.Schedule.LearningRates.Skip(3).Take(5).ToList());
    }

    [TestMethod]
    public void TheMachineAndTheRangeTestOfTheFirstStepsAreKept()
    {
        var threads = torch.get_num_threads();
        using var workspace = Interrupted(options => options.Schedule = new Options().UsePlrs().Schedule, steps: 2);
        try
        {
            torch.set_num_threads(threads + 1);

            var record = Resume(workspace, 2, options => options.Schedule = new ConstantSchedule(0.01)).Record!;

            var part = record.EarlierParts.Single();
            Assert.AreEqual($"{threads} {threads + 1}", $"{part.Machine["Threads"]} {record.Machine["Threads"]}");
            Assert.IsNull(record.Schedule.RangeTest);
            Assert.StartsWith("U[", part.RangeTest!.Proposal);
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    // It kept neither rates nor parts: with its own schedule the rates are known all the same.
    [TestMethod]
    [DataRow(false, 12)]
    [DataRow(true, 0)]
    public void OfACheckpointOfOneTheRatesOfAnotherScheduleAreNotMadeUp(bool hasOtherSchedule, int rates)
    {
        var folder = EarlierRun.Folder("1.0.0");
        var mlContext = EarlierRun.Context();
        using var workspace = new TemporaryFolder();
        var checkpoint = workspace.File("checkpoint.plrs");
        File.Copy(EarlierRun.CheckpointFile(folder, "scratch"), checkpoint);

        var model = EarlierRun.Pipeline(mlContext, "scratch", options =>
        {
            options.Checkpoints.ResumeFrom = CheckpointSource.File(checkpoint, scheduleMayDiffer: hasOtherSchedule);
            options.Schedule = hasOtherSchedule ? new ConstantSchedule(0.01) : options.Schedule;
        }).Fit(EarlierRun.Images(mlContext, folder));

        var schedule = model.GetTrainingRecord()!.Schedule;
        Assert.HasCount(rates, schedule.LearningRates);
        var plrs = new PlrsSchedule(0.02, 0.04, seed: 3);
        CollectionAssert.AreEqual(
            Enumerable.Range(0, rates).Select(i => plrs.GetLearningRate(new TrainingStep(i, schedule.StepsPerEpoch))).ToList(),
            schedule.LearningRates.ToList());
    }

    private static TrainingRecord RoundTrip(TrainingRecord record) =>
        RecordJson.Read(Encoding.UTF8.GetBytes(record.ToJson()));

    private static QuickRun Resume(TemporaryFolder workspace, int steps, Action<Options> change) =>
        QuickRun.Train(With(workspace, steps, change));

    private static Options With(TemporaryFolder workspace, int steps, Action<Options> change)
    {
        var options = QuickRun.CheckpointedOptions("plain SGD", workspace);
        options.Checkpoints.ResumeFrom = CheckpointSource.File(QuickRun.CheckpointPath(workspace, steps), scheduleMayDiffer: true);
        change(options);
        return options;
    }

    private static TemporaryFolder Interrupted(Action<Options> change, int steps)
    {
        var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions("plain SGD", workspace);
        change(options);
        QuickRun.Fail<OperationCanceledException>(options, CancelAt(steps));
        return workspace;
    }

    private static Action<MLContext, long> CancelAt(int last) => (mlContext, steps) =>
    {
        if (steps == last)
        {
            mlContext.CancelExecution();
        }
    };
}
