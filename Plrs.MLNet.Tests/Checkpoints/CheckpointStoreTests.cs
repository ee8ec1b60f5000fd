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
        var store = Prepared(folder);
        Write(store, OtherRun, 1, 2);
        Write(store, Run, 5, 10, 100, 1000);

        CollectionAssert.AreEqual(
            new[] { (1000L, Run), (100, Run), (2, OtherRun), (1, OtherRun) },
            store.Files().Select(file => (file.Steps, file.Run)).ToArray());
        Assert.AreEqual($"checkpoint-000000001000-{Run}.plrs", Path.GetFileName(store.Files()[0].Path));
    }

    [TestMethod]
    public void ARunStartedAgainKeepsItsNewestAndItsLaterOnesUntilItGetsThere()
    {
        using var folder = new TemporaryFolder();
        var store = Prepared(folder);
        Write(store, Run, 50, 60);

        Write(store, Run, 10, 20, 30);
        CollectionAssert.AreEqual(new[] { 60L, 50, 30, 20 }, store.Files().Select(file => file.Steps).ToArray());

        Write(store, Run, 55, 65);
        CollectionAssert.AreEqual(new[] { 65L, 60 }, store.Files().Select(file => file.Steps).ToArray());
    }

    [TestMethod]
    public void FilesWithOtherNamesAreNoCheckpoints()
    {
        using var folder = new TemporaryFolder();
        var store = Prepared(folder);
        foreach (var name in new[] { "notes.txt", "checkpoint-12-0123abcd.plrs", $"checkpoint-000000000012-{Run}.plrs.bak", $"checkpoint-000000000012-{Run}.plrs.tmp" })
        {
            File.WriteAllText(Path.Combine(store.Folder, name), "");
        }

        Assert.IsEmpty(store.Files());
    }

    [TestMethod]
    public void AWorkspaceThatIsNotThereHasNone()
    {
        using var folder = new TemporaryFolder();

        Assert.IsEmpty(new CheckpointStore(Path.Combine(folder.Path, "nowhere")).Files());
        Assert.IsEmpty(Directory.GetDirectories(folder.Path));
    }

    [TestMethod]
    public void WhatACrashLeftBehindIsRemovedButNotWhatIsBeingWritten()
    {
        using var folder = new TemporaryFolder();
        var store = Prepared(folder);
        var abandoned = Path.Combine(store.Folder, $"checkpoint-000000000001-{Run}.plrs.tmp");
        var inUse = Path.Combine(store.Folder, $"checkpoint-000000000002-{Run}.plrs.tmp");
        File.WriteAllText(abandoned, "half");
        using var writing = new FileStream(inUse, FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        store.Prepare(bytes: 1);

        Assert.IsFalse(File.Exists(abandoned));
        Assert.IsTrue(File.Exists(inUse));
    }

    [TestMethod]
    public void AFolderThatCannotBeMadeIsAClearError()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("file");
        File.WriteAllText(file, "");

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => new CheckpointStore(file).Prepare(bytes: 1));

        Assert.StartsWith($"No checkpoint can be written to the workspace's folder '{Path.Combine(file, "checkpoints")}': ", error.Message);
    }

    [TestMethod]
    public void ADiskWithoutRoomIsAClearError()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => new CheckpointStore(folder.Path).Prepare(bytes: 1L << 60));

        Assert.StartsWith("No checkpoint can be written to the workspace's folder", error.Message);
        Assert.IsEmpty(Directory.GetFiles(folder.File("checkpoints")));
    }

    private static CheckpointStore Prepared(TemporaryFolder folder)
    {
        var store = new CheckpointStore(folder.Path);
        store.Prepare(bytes: 100);
        Assert.IsEmpty(Directory.GetFiles(store.Folder));
        return store;
    }

    private static void Write(CheckpointStore store, string run, params long[] steps)
    {
        foreach (var step in steps)
        {
            store.Write(run, step, kept: 2, writer => writer.Write(step));
        }
    }
}
