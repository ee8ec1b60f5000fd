using System.Runtime.InteropServices;
using Plrs.MLNet.Build;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

[TestClass]
public sealed partial class FileUpdateTests
{
    private static readonly DateTime LongAgo = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    [TestMethod]
    public void FoldersAreMadeAndNothingElseIsLeft()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "a", "b", "c.bin");

        Assert.IsTrue(FileUpdate.WriteIfChanged(path, [1, 2]));

        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
        CollectionAssert.AreEqual(new byte[] { 1, 2 }, File.ReadAllBytes(path));
    }

    [TestMethod]
    public void AFileThatIsRightKeepsItsTime()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("same.bin");
        File.WriteAllBytes(path, [1, 2]);
        File.SetLastWriteTimeUtc(path, LongAgo);

        Assert.IsFalse(FileUpdate.WriteIfChanged(path, [1, 2]));
        Assert.AreEqual(LongAgo, File.GetLastWriteTimeUtc(path));
        Assert.IsTrue(FileUpdate.WriteIfChanged(path, [1, 3]));
        Assert.AreNotEqual(LongAgo, File.GetLastWriteTimeUtc(path));
        CollectionAssert.AreEqual(new byte[] { 1, 3 }, File.ReadAllBytes(path));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void AHardLinkToTheFileKeepsItsContent()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("cache.bin"), [1, 2]);
        Assert.AreEqual(0, Link(folder.File("cache.bin"), folder.File("output.bin")));

        Assert.IsTrue(FileUpdate.WriteIfChanged(folder.File("output.bin"), [3, 4]));

        CollectionAssert.AreEqual(new byte[] { 1, 2 }, File.ReadAllBytes(folder.File("cache.bin")));
        CollectionAssert.AreEqual(new byte[] { 3, 4 }, File.ReadAllBytes(folder.File("output.bin")));
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string created);
}
