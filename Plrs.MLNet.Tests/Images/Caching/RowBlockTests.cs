using Plrs.MLNet.Images;

namespace Plrs.MLNet.Tests.Images.Caching;

[TestClass]
public sealed class RowBlockTests
{
    private const int MB = 1_000_000;
    private const int MiB = 1 << 20;

    [TestMethod]
    [DataRow(1, 4)]
    [DataRow(4, 9)]
    [DataRow(16, 34)]
    public void PhotosOfFiveMegabytesKeepEveryCoreBusy(int cores, int images)
    {
        Assert.AreEqual(images, RowsUntilFull(decodedSize: 32, cores, encodedBytes: 5 * MB));
        Assert.IsGreaterThanOrEqualTo(2 * cores, images);
    }

    [TestMethod]
    [DataRow(1, 1024, 21)]
    [DataRow(16, 1024, 21)]
    [DataRow(64, 1024, 85)]
    [DataRow(1, 224, 64)]
    [DataRow(64, 224, 256)]
    public void SoDoImagesThatAreLargeToTheNetwork(int cores, int size, int images)
    {
        Assert.AreEqual(images, RowsUntilFull(size, cores, encodedBytes: 1000));
        Assert.IsGreaterThanOrEqualTo(cores, images);
    }

    [TestMethod]
    [DataRow(2, 20)]
    [DataRow(16, 160)]
    public void TheEncodedImagesHaveABound(int cores, int mebibytes)
    {
        var block = new RowBlock(imageBytes: 3, cores);
        var image = new byte[4 * MiB];
        while (!block.IsFull)
        {
            block.Add(new ImageInput(image), label: 0);
        }

        Assert.IsLessThanOrEqualTo(mebibytes + 4, 4 * block.Count);
    }

    private static int RowsUntilFull(int decodedSize, int cores, int encodedBytes)
    {
        var block = new RowBlock(ImageDecoder.DecodedBytes(decodedSize), cores);
        var image = new byte[encodedBytes];
        while (!block.IsFull)
        {
            block.Add(new ImageInput(image), label: 0);
        }

        return block.Count;
    }
}
