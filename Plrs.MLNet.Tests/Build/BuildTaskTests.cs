using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Plrs.MLNet.Build;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

[TestClass]
public sealed class BuildTaskTests
{
    private static readonly byte[] Library = ElfImage.With(("libstdc++.so.6", ["GLIBCXX_3.4.32"]));

    [TestMethod]
    [DataRow("sometimes")]
    [DataRow("Always")]
    [DataRow("")]
    public void AnUnknownModeIsNamedWithTheAllowedOnes(string mode)
    {
        using var folder = new TemporaryFolder();
        var (task, log) = Relax(folder, Library, mode);

        Assert.IsFalse(task.Execute());
        Assert.AreEqual($"The property LibstdcxxCompatibility is '{mode}'; it must be auto, always or never.", log.Errors.Single());
    }

    [TestMethod]
    public void TheRelaxedCopyTakesTheMetadataAlongAndLeavesTheSource()
    {
        using var folder = new TemporaryFolder();
        var (task, log) = Relax(folder, Library, "always");

        Assert.IsTrue(task.Execute(), string.Join('\n', log.Errors));

        var copy = task.Copies.Single();
        Assert.AreEqual(folder.File("obj", "runtimes", "linux-x64", "native", "lib.so"), copy.GetMetadata("FullPath"));
        Assert.AreEqual("somewhere/lib.so", copy.GetMetadata("DestinationSubPath"));
        Assert.IsFalse(ElfVersionNeeds.MarkWeak(File.ReadAllBytes(copy.ItemSpec), "GLIBCXX_3.4.32"));
        CollectionAssert.AreEqual(Library, File.ReadAllBytes(folder.File("lib.so")));
    }

    [TestMethod]
    public void ModeNeverMakesNoCopy()
    {
        using var folder = new TemporaryFolder();
        var (task, _) = Relax(folder, Library, "never");

        Assert.IsTrue(task.Execute());
        Assert.IsEmpty(task.Copies);
        Assert.IsFalse(Directory.Exists(folder.File("obj")));
    }

    [TestMethod]
    public void ALibraryWithoutThatNeedGetsNoCopy()
    {
        using var folder = new TemporaryFolder();
        var (task, _) = Relax(folder, ElfImage.With(("libc.so.6", ["GLIBC_2.14"])), "always");

        Assert.IsTrue(task.Execute());
        Assert.IsEmpty(task.Copies);
    }

    [TestMethod]
    public void ADamagedLibraryIsNamed()
    {
        using var folder = new TemporaryFolder();
        var (task, log) = Relax(folder, [1, 2, 3], "always");

        Assert.IsFalse(task.Execute());
        Assert.AreEqual(
            $"libstdc++ compatibility of {folder.File("lib.so")} failed: Not a 64-bit little-endian ELF file.", log.Errors.Single());
    }

    [TestMethod]
    public void AFriendThatIsNotReferencedIsNamed()
    {
        using var folder = new TemporaryFolder();
        var (task, log) = Publish(folder, new TaskItem("Some.Assembly"));

        Assert.IsFalse(task.Execute());
        Assert.AreEqual("Friend access: the project has no reference to Some.Assembly.", log.Errors.Single());
    }

    [TestMethod]
    public void AnUnknownOpenTypeIsNamedWithItsAssembly()
    {
        using var folder = new TemporaryFolder();
        var (task, log) = Publish(
            folder, new TaskItem("Plrs.MLNet", new Dictionary<string, string> { ["OpenTypes"] = "No.Such; No.Other" }));

        Assert.IsFalse(task.Execute());
        Assert.AreEqual(
            $"Friend access to {typeof(TrainingStep).Assembly.Location} failed: Plrs.MLNet has no type named No.Such, No.Other.",
            log.Errors.Single());
        Assert.IsEmpty(task.Copies);
    }

    [TestMethod]
    public void AFriendCopyIsWrittenOnce()
    {
        using var folder = new TemporaryFolder();
        var (task, _) = Publish(folder, new TaskItem("Plrs.MLNet"));

        Assert.IsTrue(task.Execute());
        var copy = task.Copies.Single().ItemSpec;
        Assert.AreEqual(folder.File("friend", "Plrs.MLNet.dll"), copy);
        var time = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(copy, time);

        Assert.IsTrue(task.Execute());
        Assert.AreEqual(time, File.GetLastWriteTimeUtc(copy));
    }

    private static (RelaxLibstdcxxVersion Task, TaskLog Log) Relax(TemporaryFolder folder, byte[] library, string mode)
    {
        File.WriteAllBytes(folder.File("lib.so"), library);
        var log = new TaskLog();
        var item = new TaskItem(folder.File("lib.so"), new Dictionary<string, string>
        {
            ["PathInPackage"] = "runtimes/linux-x64/native/lib.so",
            ["DestinationSubPath"] = "somewhere/lib.so",
        });
        return (new RelaxLibstdcxxVersion { BuildEngine = log, Libraries = [item], OutputFolder = folder.File("obj"), Mode = mode }, log);
    }

    private static (PublishFriendAssemblies Task, TaskLog Log) Publish(TemporaryFolder folder, ITaskItem friend)
    {
        var log = new TaskLog();
        var references = new[] { new TaskItem(typeof(TrainingStep).Assembly.Location) };
        return (
            new PublishFriendAssemblies
            {
                BuildEngine = log,
                References = references,
                Friends = [friend],
                OutputFolder = folder.File("friend"),
            }, log);
    }
}
