using Plrs.MLNet.Images.Batching;

namespace Plrs.MLNet.Tests.Images.Batching;

[TestClass]
public sealed class BatchTests
{
    [TestMethod]
    public void ImagesAndLabelsLieOneAfterTheOther()
    {
        var batch = new Batch(capacity: 3, imageSize: 2);
        for (var image = 0; image < 3; image++)
        {
            batch.Image(image).Fill(image);
            batch.SetLabel(image, 7 + image);
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, 36).Select(i => (float)(i / 12)).ToArray(), batch.Images);
        CollectionAssert.AreEqual(new long[] { 7, 8, 9 }, batch.Labels);
        Assert.AreEqual((3, 2), (batch.Capacity, batch.ImageSize));
    }

    [TestMethod]
    public void AnImageBeyondTheCapacityIsRefused()
    {
        var batch = new Batch(capacity: 1, imageSize: 2);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => batch.Image(1).Length);
    }
}
