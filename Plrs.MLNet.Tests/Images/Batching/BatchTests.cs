using Plrs.MLNet.Images.Batching;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Images.Batching;

[TestClass]
public sealed class BatchTests
{
    [TestMethod]
    public void ImagesAndLabelsAreWhereTheyWereWritten()
    {
        using var scope = NewDisposeScope();
        using var batch = new Batch(capacity: 3, imageSize: 2);
        for (var image = 0; image < 3; image++)
        {
            for (var i = 0; i < 12; i++)
            {
                batch.Image(image)[i] = (100 * image) + i;
            }

            batch.SetLabel(image, 7 + image);
        }

        batch.Count = 2;
        var images = batch.Images(CPU);
        var labels = batch.Labels(CPU);

        CollectionAssert.AreEqual(new long[] { 2, 3, 2, 2 }, images.shape);
        Assert.AreEqual(ScalarType.Float32, images.dtype);
        Assert.AreEqual(106f, images[1, 1, 1, 0].item<float>());
        CollectionAssert.AreEqual(new long[] { 7, 8 }, labels.data<long>().ToArray());
        Assert.AreEqual(3, batch.Capacity);
        Assert.AreEqual(12, batch.Image(2).Length);
    }

    [TestMethod]
    public void ItOutlivesTheScopeThatItWasMadeIn()
    {
        Batch batch;
        using (NewDisposeScope())
        {
            batch = new Batch(capacity: 1, imageSize: 2) { Count = 1 };
        }

        using (batch)
        {
            batch.Image(0).Fill(5);
            using var images = batch.Images(CPU);
            Assert.AreEqual(60f, images.sum().item<float>());
        }
    }

    [TestMethod]
    public void AnImageBeyondTheCapacityIsRefused()
    {
        using var batch = new Batch(capacity: 1, imageSize: 2);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => batch.Image(1).Length);
    }
}
