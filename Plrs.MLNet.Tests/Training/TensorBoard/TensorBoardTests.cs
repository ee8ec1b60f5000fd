using System.Collections.Concurrent;
using System.Text;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training.TensorBoard;

[TestClass]
[DoNotParallelize]
public sealed class TensorBoardTests
{
    // The known value of CRC-32C, 0xe3069283, masked.
    [TestMethod]
    public void TheParsersChecksumIsThatOfTheFormat() =>
        Assert.AreEqual(unchecked(((0xe3069283u >> 15) | (0xe3069283u << 17)) + 0xa282ead8), EventRecords.Checksum("123456789"u8));

    [TestMethod]
    public void ATrainingWritesItsFigures()
    {
        using var folder = new TemporaryFolder();
        var options = QuickRun.QuickOptions();
        options.Reporting.TensorBoardFolder = Path.Combine(folder.Path, "runs", "first");
        options.Reporting.InstabilitySignals = new InstabilitySignals { SmoothnessInterval = 6 };
        var run = QuickRun.Train(options);

        var texts = EventRecords.Read(Directory.GetFiles(options.Reporting.TensorBoardFolder, "*tfevents*").Single());

        Assert.AreEqual("version brain.Event:2", texts[0]);
        CollectionAssert.AreEquivalent(Expected(run).ToArray(), texts.Skip(1).ToArray());
    }

    [TestMethod]
    public void EachFitWritesAFileOfItsOwnAndWeightsAreTheSame()
    {
        using var folder = new TemporaryFolder();
        var options = QuickRun.QuickOptions();
        options.Reporting.TensorBoardFolder = folder.Path;

        var weights = QuickRun.Train(options).Weights;
        QuickRun.Train(options);

        Assert.HasCount(2, Directory.GetFiles(folder.Path));
        Assert.AreEqual(QuickRun.Train(QuickRun.QuickOptions()).Weights, weights);
    }

    // At one second of a clock that stands still, as trainings do that start together.
    [TestMethod]
    public void TrainingsThatStartTogetherInAFolderHaveAFileEach()
    {
        const int Threads = 8;
        const int FilesEach = 25;
        using var folder = new TemporaryFolder();
        using var start = new Barrier(Threads);
        var time = new StoppedClock();
        var failures = new ConcurrentQueue<Exception>();

        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            try
            {
                for (var i = 0; i < FilesEach; i++)
                {
                    start.SignalAndWait();
                    new EventFile(folder.Path, time).Dispose();
                }
            }
            catch (IOException e)
            {
                failures.Enqueue(e);
                start.RemoveParticipant();
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.AreEqual("", string.Join(' ', failures.Select(e => e.Message)));
        Assert.HasCount(Threads * FilesEach, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void AFolderThatCannotBeMadeIsAnErrorBeforeTheFirstStep()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("file");
        File.WriteAllText(file, "");
        var options = QuickRun.QuickOptions();
        options.Reporting.TensorBoardFolder = file;

        var (run, error) = QuickRun.Fail<InvalidOperationException>(options);

        Assert.IsEmpty(run.Steps);
        Assert.StartsWith($"No file can be written to the Reporting.TensorBoardFolder '{file}': ", error.Message);
    }

    // TensorBoard forgets what it has from the step of a session's start on: without it, it shows the steps after a checkpoint twice.
    [TestMethod]
    public void AResumedRunTellsTheStepThatItGoesOnFrom()
    {
        using var folder = new TemporaryFolder();
        var options = QuickRun.QuickOptions();
        options.Reporting.TensorBoardFolder = folder.File("figures", "");
        options.WorkspacePath = folder.File("workspace", "");
        options.Checkpoints.EveryEpochs = 1;
        options.Checkpoints.Kept = 10;
        options.Checkpoints.ResumeFrom = CheckpointSource.Newest;
        QuickRun.Train(options);
        var newest = Directory.GetFiles(options.WorkspacePath, "checkpoint-*.plrs", SearchOption.AllDirectories).Order().Last();
        File.Delete(newest);

        var resumed = QuickRun.Train(options);

        var (first, second) = Directory.GetFiles(options.Reporting.TensorBoardFolder).Order(StringComparer.Ordinal).ToArray() switch
        {
            [var one, var other] => (EventRecords.Read(one), EventRecords.Read(other)),
            _ => throw new AssertFailedException("There are not two files."),
        };
        Assert.IsEmpty(first.Where(text => text.StartsWith("start", StringComparison.Ordinal)));
        var step = resumed.Steps[0].Step.Index;
        Assert.IsGreaterThan(0, step);
        Assert.AreEqual(FormattableString.Invariant($"start {step}"), second[1]);
        Assert.StartsWith(FormattableString.Invariant($"step/loss {step} "), second[2]);
    }

    [TestMethod]
    public void LongTagsAndZerosAreWrittenToo()
    {
        using var folder = new TemporaryFolder();
        var tag = new string('é', 1000);
        using (var file = new EventFile(folder.Path, TimeProvider.System))
        {
            file.Add(tag, long.MaxValue, 0);
            file.Add("a", 0, double.NaN);
        }

        CollectionAssert.AreEqual(
            new[] { "version brain.Event:2", $"{tag} {long.MaxValue} 0", "a 0 NaN" },
            EventRecords.Read(Directory.GetFiles(folder.Path).Single()));
        Assert.AreEqual(2000, Encoding.UTF8.GetByteCount(tag));
    }

    [TestMethod]
    public void ANumberAllocatesNothing()
    {
        using var folder = new TemporaryFolder();
        using var file = new EventFile(folder.Path, TimeProvider.System);
        file.Add("step/loss", 1, 1);

        Assert.AreEqual(0, Allocations.Of(() => file.Add("step/loss", 1, 1)));
    }

    private static IEnumerable<string> Expected(QuickRun run)
    {
        foreach (var step in run.Steps)
        {
            var index = step.Step.Index;
            yield return FormattableString.Invariant($"step/loss {index} {step.CrossEntropy}");
            yield return FormattableString.Invariant($"step/accuracy {index} {step.Accuracy}");
            yield return FormattableString.Invariant($"step/learning rate {index} {(float)step.LearningRate}");
            yield return FormattableString.Invariant($"step/gradient norm {index} {step.GradientNorm}");
            if (index % 6 == 0)
            {
                yield return FormattableString.Invariant($"step/smoothness {index} {step.Smoothness}");
            }
        }

        foreach (var metrics in run.Metrics)
        {
            var prefix = metrics.DatasetUsed == ImageClassificationDataset.Train ? "" : "validation ";
            yield return FormattableString.Invariant($"epoch/{prefix}loss {metrics.Epoch} {metrics.CrossEntropy}");
            yield return FormattableString.Invariant($"epoch/{prefix}accuracy {metrics.Epoch} {metrics.Accuracy}");
        }
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
