using Plrs.MLNet.Images;

namespace Plrs.MLNet.Tests.Images.Batching;

[TestClass]
public sealed class BatchTests
{
    [TestMethod]
    public void ImagesAndLabelsLieOneAfterTheOther()
    {
        var batch = new Batch(capacity: 3, shape: [3, 2, 2]);
        for (var image = 0; image < 3; image++)
        {
            batch.Example(image).Fill(image);
            batch.SetLabel(image, 7 + image);
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, 36).Select(i => (float)(i / 12)).ToArray(), batch.Values);
        CollectionAssert.AreEqual(new long[] { 7, 8, 9 }, batch.Labels);
        Assert.AreEqual(3, batch.Capacity);
        CollectionAssert.AreEqual((int[])[3, 2, 2], batch.Shape.ToArray());
    }

    [TestMethod]
    public void AnImageBeyondTheCapacityIsRefused()
    {
        var batch = new Batch(capacity: 1, shape: [3, 2, 2]);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => batch.Example(1).Length);
    }
}
