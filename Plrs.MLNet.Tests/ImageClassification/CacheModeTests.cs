using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.Support;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class CacheModeTests
{
    private const string Variant = "AdamW, augmentation";

    private static readonly Lazy<string> Expected = new(() => QuickRun.Train(QuickRun.QuickOptions(Variant)).Weights);

    [TestMethod]
    [DataRow(ImageCacheMode.Auto, 0)]
    [DataRow(ImageCacheMode.Auto, 1000)]
    [DataRow(ImageCacheMode.Memory, 0)]
    [DataRow(ImageCacheMode.Disk, 1 << 20)]
    [DataRow(ImageCacheMode.None, 1 << 20)]
    [DataRow(ImageCacheMode.None, 1000)]
    public void TheWeightsAreTheSameToTheLastBitWhateverIsKeptWhere(ImageCacheMode mode, int budget)
    {
        using var workspace = new TemporaryFolder();

        Assert.AreEqual(Expected.Value, QuickRun.Train(Cached(mode, budget, workspace)).Weights);
        Assert.AreEqual(Expected.Value, QuickRun.Train(Cached(mode, budget, workspace: null)).Weights);

        AssertNothingIsLeft(workspace);
    }

    [TestMethod]
    public void ACheckpointIsResumedWithAnotherCache()
    {
        using var workspace = new TemporaryFolder();
        Options Checkpointed(ImageCacheMode mode, int budget)
        {
            var options = Cached(mode, budget, workspace);
            options.Checkpoints.Interval = TimeSpan.FromTicks(1);
            options.Checkpoints.ResumeFrom = CheckpointSource.Newest;
            return options;
        }

        foreach (var (mode, budget, lastStep) in new[]
        {
            (ImageCacheMode.None, 0, 2),
            (ImageCacheMode.Disk, 0, 5),
            (ImageCacheMode.Auto, 1000, 9),
        })
        {
            var (run, _) = QuickRun.Fail<OperationCanceledException>(Checkpointed(mode, budget), (mlContext, steps) =>
            {
                if (steps == lastStep)
                {
                    mlContext.CancelExecution();
                }
            });
            Assert.AreEqual(lastStep, run.Steps[^1].Step.Index + 1);
        }

        var last = QuickRun.Train(Checkpointed(ImageCacheMode.Memory, 0));

        Assert.AreEqual(9, last.Steps[0].Step.Index);
        Assert.AreEqual(Expected.Value, last.Weights);
    }

    [TestMethod]
    public void RunsThatShareAWorkspaceDoNotDisturbEachOther()
    {
        using var workspace = new TemporaryFolder();
        var weights = new string[3];

        var threads = weights.Select(
            (_, i) => new Thread(() => weights[i] = QuickRun.Train(Cached(ImageCacheMode.Disk, 0, workspace)).Weights)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.IsTrue(weights.All(Expected.Value.Equals), string.Join(' ', weights));
        AssertNothingIsLeft(workspace);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void ACacheFileThatMayNotGrowIsAnErrorThatSaysWhatToDo()
    {
        using var workspace = new TemporaryFolder();
        const int Needed = CachedTraining.Images * CachedTraining.DecodedBytes / 1024;

        var error = ChildProcess.TrainWithSmallFiles(Needed / 2, workspace.Path);

        Assert.StartsWith(
            $"InvalidOperationException: The image cache in '{Path.Combine(workspace.Path, "cache")}' cannot be written to: " +
            "The file would be larger than its file system allows.", error);
        Assert.EndsWith(
            " Set WorkspacePath to a folder with room for it, raise Images.CacheBudget, or set Images.CacheMode to Memory.", error);
        AssertNothingIsLeft(workspace);
        Assert.AreEqual("no error", ChildProcess.TrainWithSmallFiles(2 * Needed, workspace.Path));
    }

    [TestMethod]
    public void AnErrorOrACancellationLeavesNothingBehind()
    {
        using var workspace = new TemporaryFolder();

        QuickRun.Fail<FormatException>(
            Cached(ImageCacheMode.Disk, 0, workspace), (_, steps) => throw new FormatException($"after {steps}"));
        AssertNothingIsLeft(workspace);

        QuickRun.Fail<OperationCanceledException>(Cached(ImageCacheMode.Disk, 0, workspace), (mlContext, _) => mlContext.CancelExecution());
        AssertNothingIsLeft(workspace);

        var options = Cached(ImageCacheMode.Disk, 0, workspace);
        options.Stopping.Token = new CancellationToken(canceled: true);
        QuickRun.Fail<TrainingStoppedException>(options);
        AssertNothingIsLeft(workspace);
    }

    [TestMethod]
    public void AWorkspaceThatCannotBeWrittenToIsAnErrorBeforeTraining()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("file");
        File.WriteAllText(file, "");
        var options = Cached(ImageCacheMode.Disk, 0, folder);
        options.WorkspacePath = Path.Combine(file, "workspace");

        var (run, error) = QuickRun.Fail<InvalidOperationException>(options);

        Assert.StartsWith($"The image cache in '{Path.Combine(file, "workspace", "cache")}' cannot be made: ", error.Message);
        Assert.IsEmpty(run.Steps);
    }

    private static Options Cached(ImageCacheMode mode, long budget, TemporaryFolder? workspace)
    {
        var options = QuickRun.QuickOptions(Variant);
        options.Images.CacheMode = mode;
        options.Images.CacheBudget = budget;
        options.WorkspacePath = workspace?.Path;
        return options;
    }

    private static void AssertNothingIsLeft(TemporaryFolder workspace)
    {
        Assert.IsEmpty(Directory.GetFiles(workspace.Path, "*", SearchOption.AllDirectories));
        if (OperatingSystem.IsLinux())
        {
            // The file has no name there; it takes room on the disk as long as it is open.
            Assert.IsEmpty(new DirectoryInfo("/proc/self/fd").GetFiles()
                .Where(file => file.LinkTarget?.StartsWith(workspace.Path, StringComparison.Ordinal) == true));
        }
    }
}
