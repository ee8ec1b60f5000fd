using Plrs.MLNet.Images;
using Plrs.MLNet.Training;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class BatchTensorsTests
{
    [TestMethod]
    public void ImagesAndLabelsAreWhereTheyWereWritten()
    {
        using var scope = NewDisposeScope();
        using var tensors = new BatchTensors();
        var batch = new Batch(capacity: 3, shape: [3, 2, 2]) { Count = 2 };
        for (var i = 0; i < batch.Values.Length; i++)
        {
            batch.Values[i] = i;
        }

        batch.SetLabel(0, 7);
        batch.SetLabel(1, 8);

        var (images, labels) = tensors.Of(batch, CPU);

        CollectionAssert.AreEqual(new long[] { 2, 3, 2, 2 }, images.shape);
        Assert.AreEqual(ScalarType.Float32, images.dtype);
        Assert.AreEqual(18f, images[1, 1, 1, 0].item<float>());
        CollectionAssert.AreEqual(new long[] { 7, 8 }, labels.data<long>().ToArray());
    }

    [TestMethod]
    public void ABatchThatIsFilledAgainIsSeenWithoutBeingCopied()
    {
        using var tensors = new BatchTensors();
        var batch = new Batch(capacity: 4, shape: [3, 2, 2]);
        var other = new Batch(capacity: 4, shape: [3, 2, 2]) { Count = 1 };
        other.Example(0).Fill(100);
        for (var count = 1; count <= 4; count++)
        {
            // Each in a scope of its own, as a step is: the tensors over the memory outlive it.
            using var scope = NewDisposeScope();
            batch.Count = count;
            batch.Values.AsSpan().Fill(count);
            var (images, _) = tensors.Of(batch, CPU);
            Assert.AreEqual(12f * count * count, images.sum().item<float>());
            Assert.AreEqual(1200f, tensors.Of(other, CPU).Values.sum().item<float>());
            batch.Example(0).Clear();
            Assert.AreEqual(12f * count * (count - 1), images.sum().item<float>());
        }
    }
}
