using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Images.Caching;

[TestClass]
public sealed class ImageCacheTests
{
    private const int Size = 10;
    private const int ImageBytes = 300;

    [TestMethod]
    [DataRow(ImageCacheMode.Disk, 0L, 1L)]
    [DataRow(ImageCacheMode.Disk, long.MaxValue, null)]
    [DataRow(ImageCacheMode.Auto, 10L * ImageBytes, 11L)]
    [DataRow(ImageCacheMode.Auto, 10L * ImageBytes, null)]
    [DataRow(ImageCacheMode.None, 10L * ImageBytes, 1L)]
    public void AFolderThatCannotBeWrittenToIsAnErrorBeforeImagesAreRead(ImageCacheMode mode, long budget, long? images)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("file");
        File.WriteAllText(file, "");
        using var cache = new ImageCache(TestSets.Decoding(Size), mode, budget, Path.Combine(file, "workspace"));

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => cache.Prepare(images));
        Assert.StartsWith($"The image cache in '{Path.Combine(file, "workspace", "cache")}' cannot be made: ", error.Message);
        Assert.EndsWith(
            " Set WorkspacePath to a folder with room for it, raise Images.CacheBudget, or set Images.CacheMode to Memory.", error.Message);
        Assert.IsInstanceOfType<IOException>(error.InnerException);
    }

    [TestMethod]
    [DataRow(ImageCacheMode.Auto, 10L * ImageBytes, 10L)]
    [DataRow(ImageCacheMode.Memory, 0L, 11L)]
    [DataRow(ImageCacheMode.Memory, 0L, null)]
    public void NothingIsWrittenWhereMemoryIsEnough(ImageCacheMode mode, long budget, long? images)
    {
        using var folder = new TemporaryFolder();
        using var cache = new ImageCache(TestSets.Decoding(Size), mode, budget, folder.File("workspace"));

        cache.Prepare(images);

        Assert.IsFalse(Directory.Exists(folder.File("workspace")));
    }

    [TestMethod]
    public void TooLittleRoomOnTheDiskIsAnErrorBeforeImagesAreRead()
    {
        using var folder = new TemporaryFolder();
        using var cache = new ImageCache(TestSets.Decoding(Size), ImageCacheMode.Auto, 1 << 30, folder.Path);

        // An exbibyte.
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => cache.Prepare((1L << 60) / ImageBytes));

        Assert.StartsWith($"The image cache in '{Path.Combine(folder.Path, "cache")}' cannot be made: ", error.Message);
        Assert.IsEmpty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void TheFileIsGoneWithTheCacheAndOthersAreNot()
    {
        using var folder = new TemporaryFolder();
        var first = new ImageCache(TestSets.Decoding(Size), ImageCacheMode.Disk, 0, folder.Path);
        using var second = new ImageCache(TestSets.Decoding(Size), ImageCacheMode.Disk, 0, folder.Path);
        first.Records.Add(TestSets.RandomImage(Size, 1));
        second.Records.Add(TestSets.RandomImage(Size, 2));

        first.Dispose();
        first.Dispose();

        var buffer = Array.Empty<byte>();
        Assert.IsTrue(second.Records.Read(0, ref buffer).SequenceEqual(TestSets.RandomImage(Size, 2)));
        Assert.ThrowsExactly<ObjectDisposedException>(() => first.Records.Read(0, ref buffer).Length);
        second.Dispose();
        Assert.IsEmpty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }
}
