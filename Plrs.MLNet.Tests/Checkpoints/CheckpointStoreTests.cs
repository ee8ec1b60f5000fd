using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Checkpoints;

[TestClass]
public sealed class CheckpointStoreTests
{
    private const string Run = "0123abcd";
    private const string OtherRun = "ffff0000";

    [TestMethod]
    public void TheNewestAreKeptAndOtherRunsLeftAlone()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Path, Run);
        var other = new CheckpointStore(folder.Path, OtherRun);
        Write(other, 1, 2);
        Write(store, 5, 10, 100, 1000);

        CollectionAssert.AreEqual(new[] { 1000L, 100 }, Steps(store));
        CollectionAssert.AreEqual(new[] { 2L, 1 }, Steps(other));
        Assert.AreEqual(Path.Combine(folder.Path, Run, "checkpoint-000000001000.plrs"), store.Files()[0].Path);
    }

    [TestMethod]
    public void ARunStartedAgainKeepsItsNewestAndItsLaterOnesUntilItGetsThere()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Path, Run);
        Write(store, 50, 60);

        Write(store, 10, 20, 30);
        CollectionAssert.AreEqual(new[] { 60L, 50, 30, 20 }, Steps(store));

        Write(store, 55, 65);
        CollectionAssert.AreEqual(new[] { 65L, 60 }, Steps(store));
    }

    [TestMethod]
    public void FilesWithOtherNamesAreNoCheckpoints()
    {
        using var folder = new TemporaryFolder();
        var store = Made(folder);
        foreach (var name in new[]
        {
            "notes.txt",
            "checkpoint-12.plrs",
            "checkpoint-000000000012.plrs.bak",
            "checkpoint-000000000012.plrs.tmp",
        })
        {
            File.WriteAllText(Path.Combine(store.Folder, name), "");
        }

        Assert.IsEmpty(store.Files());
        Assert.IsEmpty(new CheckpointStore(folder.Path, OtherRun).OtherRuns());
    }

    [TestMethod]
    public void OfEachOtherRunTheNewestIsFound()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Path, Run);
        Assert.IsEmpty(store.OtherRuns());

        Directory.CreateDirectory(folder.File("cache"));
        Write(store, 1);
        Write(new CheckpointStore(folder.Path, OtherRun), 1, 2);

        string[] newest =
        [
            Path.Combine(folder.Path, Run, "checkpoint-000000000001.plrs"),
            Path.Combine(folder.Path, OtherRun, "checkpoint-000000000002.plrs"),
        ];
        CollectionAssert.AreEqual(newest[1..], store.OtherRuns().ToArray());
        CollectionAssert.AreEqual(newest, new CheckpointStore(folder.Path, "00000000").OtherRuns().ToArray());
    }

    [TestMethod]
    public void AWorkspaceThatIsNotThereHasNone()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(Path.Combine(folder.Path, "nowhere"), Run);

        store.RemoveAbandoned();

        Assert.IsEmpty(store.Files());
        Assert.IsEmpty(store.OtherRuns());
        Assert.IsEmpty(Directory.GetDirectories(folder.Path));
    }

    [TestMethod]
    public void WhatACrashLeftBehindIsRemovedButNotWhatIsBeingWrittenOrIsAnotherRuns()
    {
        using var folder = new TemporaryFolder();
        var store = Made(folder);
        var abandoned = Path.Combine(store.Folder, "checkpoint-000000000001.plrs.3fk2q0xw.tmp");
        var inUse = Path.Combine(store.Folder, "checkpoint-000000000002.plrs.ab3dkf9z.tmp");
        var earlier = Path.Combine(store.Folder, "checkpoint-000000000003.plrs.tmp");
        var others = Path.Combine(Made(folder, OtherRun).Folder, "checkpoint-000000000001.plrs.tmp");
        File.WriteAllText(abandoned, "half");
        File.WriteAllText(earlier, "half of version 1.0.0");
        File.WriteAllText(others, "half");
        using var writing = new FileStream(inUse, FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        store.RemoveAbandoned();

        Assert.IsFalse(File.Exists(abandoned));
        Assert.IsFalse(File.Exists(earlier));
        Assert.IsTrue(File.Exists(inUse));
        Assert.IsTrue(File.Exists(others));
    }

    [TestMethod]
    public void AProbeMakesTheWorkspaceAndLeavesNothingInIt()
    {
        using var folder = new TemporaryFolder();
        var workspace = Path.Combine(folder.Path, "new", "workspace");

        CheckpointStore.Probe(workspace, bytes: 100);

        Assert.IsEmpty(Directory.GetFileSystemEntries(workspace));
    }

    [TestMethod]
    public void AWorkspaceThatCannotBeMadeIsAClearError()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("file");
        File.WriteAllText(file, "");

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => CheckpointStore.Probe(file, bytes: 1));

        Assert.StartsWith($"No checkpoint can be written to the workspace '{file}': ", error.Message);
    }

    [TestMethod]
    public void ADiskWithoutRoomIsAClearError()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => CheckpointStore.Probe(folder.Path, bytes: 1L << 60));

        Assert.StartsWith($"No checkpoint can be written to the workspace '{folder.Path}': ", error.Message);
        Assert.IsEmpty(Directory.GetFiles(folder.Path));
    }

    private static CheckpointStore Made(TemporaryFolder folder, string run = Run)
    {
        var store = new CheckpointStore(folder.Path, run);
        Directory.CreateDirectory(store.Folder);
        return store;
    }

    private static long[] Steps(CheckpointStore store) => [.. store.Files().Select(file => file.Steps)];

    private static void Write(CheckpointStore store, params long[] steps)
    {
        foreach (var step in steps)
        {
            store.Write(step, kept: 2, writer => writer.Write(step));
        }
    }
}
