using Plrs.MLNet.ImageClassification.Data;

namespace Plrs.MLNet.Tests.ImageClassification.Data;

[TestClass]
public sealed class PixelStoreTests
{
    private const int MiB = 1 << 20;

    [TestMethod]
    public void ImagesStayWhereTheyAreWhileTheStoreGrows()
    {
        // Three images a chunk of 4 MiB: the fourth begins the next.
        var store = new PixelStore(MiB + 1);
        for (var count = 1; count <= 8; count++)
        {
            store.Grow(count);
            store[count - 1].Fill((byte)count);
            for (var image = 0; image < count; image++)
            {
                Assert.AreEqual(MiB + 1, store[image].Length);
                Assert.IsFalse(store[image].ContainsAnyExcept((byte)(image + 1)), $"Image {image} of {count} changed.");
            }
        }
    }

    [TestMethod]
    public void ImagesLargerThanAChunkHaveOneEach()
    {
        var store = new PixelStore(5 * MiB);
        store.Grow(2);
        store[0].Fill(1);
        store[1].Fill(2);

        Assert.AreEqual(5 * MiB, store[0].Length);
        Assert.IsFalse(store[0].ContainsAnyExcept((byte)1));
        Assert.IsFalse(store[1].ContainsAnyExcept((byte)2));
    }

    [TestMethod]
    public void GrowingToWhatFitsChangesNothing()
    {
        var store = new PixelStore(MiB);
        store.Grow(4);
        store[3].Fill(7);
        store.Grow(0);
        store.Grow(2);

        Assert.IsFalse(store[3].ContainsAnyExcept((byte)7));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => store[4].Length);
    }
}
