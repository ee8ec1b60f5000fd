using Plrs.MLNet.Common;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Tests.Tool;

namespace Plrs.MLNet.Tests.Common;

/// <summary>A file is there whole or not at all, whoever else writes it, and keeps what belongs to its place.</summary>
[TestClass]
public sealed class WholeFileTests
{
    [TestMethod]
    public void WhatFailsLeavesWhatWasThere()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.zip");
        File.WriteAllText(path, "earlier");

        Assert.ThrowsExactly<IOException>(() => WholeFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            throw new IOException("No space left on device");
        }));

        Assert.AreEqual("earlier", File.ReadAllText(path));
        Assert.ContainsSingle(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public void WritersAtOnceLeaveAWholeFile()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.zip");
        const int Writers = 4;
        using var half = new Barrier(Writers);

        // All are half done at the same time, and then end one after the other.
        var writing = Enumerable.Range(0, Writers).Select(writer => Task.Factory.StartNew(
            () => WholeFile.Write(path, stream =>
            {
                var content = new byte[1000];
                Array.Fill(content, (byte)writer);
                stream.Write(content);
                stream.Flush();
                half.SignalAndWait();
                stream.Write(content);
            }),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        Task.WaitAll(writing);

        var written = File.ReadAllBytes(path);
        Assert.HasCount(2000, written);
        Assert.ContainsSingle(written.Distinct());
        Assert.ContainsSingle(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public void ItIsInUseUntilItHasItsName()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("checkpoint");

        WholeFile.Write(path, stream =>
        {
            WholeFile.DeleteUnlessInUse(stream.Name);
            stream.Write("content"u8);
        });

        Assert.AreEqual("content", File.ReadAllText(path));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void TheModeIsKept()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.zip");
        File.WriteAllText(path, "earlier");
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite;
        SetMode(path, Mode);

        WholeFile.Write(path, stream =>
        {
            Assert.AreEqual(Mode, ModeOf(stream.Name));
            stream.Write("later"u8);
        });

        Assert.AreEqual("later", File.ReadAllText(path));
        Assert.AreEqual(Mode, ModeOf(path));
    }

    [TestMethod]
    public void ALinkIsWrittenThrough()
    {
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        var (there, missing) = (elsewhere.File("there.zip"), elsewhere.File("missing.zip"));
        File.WriteAllText(there, "earlier");
        var (first, second, dangling) = (folder.File("first"), folder.File("second"), folder.File("dangling"));
        File.CreateSymbolicLink(first, there);
        File.CreateSymbolicLink(second, "first");
        File.CreateSymbolicLink(dangling, missing);

        WholeFile.Write(second, stream => stream.Write("later"u8));
        WholeFile.Write(dangling, stream => stream.Write("new"u8));

        Assert.AreEqual(("later", "new"), (File.ReadAllText(there), File.ReadAllText(missing)));
        string?[] targets = [.. new[] { first, second, dangling }.Select(link => new FileInfo(link).LinkTarget)];
        CollectionAssert.AreEqual(new[] { there, "first", missing }, targets);
        Assert.HasCount(3, Directory.GetFileSystemEntries(folder.Path));
        Assert.HasCount(2, Directory.GetFileSystemEntries(elsewhere.Path));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void APipeGetsTheContentAndIsNotReplaced()
    {
        using var folder = new TemporaryFolder();
        var path = NamedPipe.Make(folder.File("pipe"));
        using var reader = NamedPipe.Open(path);

        WholeFile.Write(path, stream =>
        {
            stream.Write("....content"u8);
            stream.Position = 0;
            stream.Write("some"u8);
        });

        var read = new byte[11];
        reader.ReadExactly(read);
        Assert.AreEqual("somecontent", System.Text.Encoding.UTF8.GetString(read));
        Assert.ContainsSingle(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void ADeviceIsNotReplaced()
    {
        Assert.ThrowsExactly<IOException>(() => WholeFile.Write("/dev/full", stream => stream.Write("content"u8)));
        Assert.AreEqual(0, new FileInfo("/dev/full").Length);
    }

    [TestMethod]
    public void ALongNameIsAllowed()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File(new string('n', 250));

        WholeFile.Write(path, stream => stream.Write("content"u8));

        Assert.AreEqual("content", File.ReadAllText(path));
    }

    [TestMethod]
    public void AProbeChangesNothing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.zip");
        File.WriteAllText(path, "earlier");

        WholeFile.Probe(path);
        WholeFile.Probe(folder.File("new.zip"));

        Assert.AreEqual("earlier", File.ReadAllText(path));
        Assert.ContainsSingle(Directory.GetFileSystemEntries(folder.Path));
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => WholeFile.Probe(Path.Combine(folder.Path, "missing", "model.zip")));
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);
}
