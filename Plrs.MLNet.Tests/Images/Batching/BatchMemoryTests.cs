using Plrs.MLNet.Images;

namespace Plrs.MLNet.Tests.Images.Batching;

[TestClass]
public sealed class BatchMemoryTests
{
    [TestMethod]
    [DataRow(10, 100, 10)]
    [DataRow(100, 10, 10)]
    [DataRow(int.MaxValue, int.MaxValue, int.MaxValue)]
    [DataRow(10, 0, 1)]
    public void ABatchHasRoomForNoMoreThanThereAre(int batchSize, int images, int capacity) =>
        Assert.AreEqual(capacity, BatchMemory.Capacity(batchSize, images));

    [TestMethod]
    [DataRow(64, 50_000, 5_000, 32, 8L << 20)]
    [DataRow(int.MaxValue, 1_000, 100, 32, 1L << 30)]
    [DataRow(170, int.MaxValue, 0, 1024, 1L << 40)]
    public void WhatFitsPasses(int batchSize, int train, int validation, int size, long available) =>
        new BatchMemory(train, validation, size).Check(batchSize, available);

    [TestMethod]
    [DataRow(
        1000,
        50_000,
        0,
        1024,
        1L << 40,
        "1000 images to train on, each image 12,582,912 bytes (1024×1024 pixels), " +
        "are 25,165,824,000 bytes, and this process may have 1,099,511,627,776. Set BatchSize to at most 682",
        DisplayName = "more than an array")]
    [DataRow(
        int.MaxValue,
        10_000,
        1_000,
        224,
        1L << 30,
        "10000 images to train on and 2 of 1000 to validate on, each image 602,112 bytes (224×224 pixels), " +
        "are 13,246,464,000 bytes, and this process may have 1,073,741,824. Set BatchSize to at most 445",
        DisplayName = "more than memory")]
    [DataRow(int.MaxValue, int.MaxValue, int.MaxValue, 1024, 1L << 40, "2147483647 images to train on and 2 of 2147483647 " +
        "to validate on, each image 12,582,912 bytes (1024×1024 pixels), are 108,086,391,006,560,256 bytes, " +
        "and this process may have 1,099,511,627,776. Set BatchSize to at most 682", DisplayName = "the most")]
    public void WhatDoesNotFitIsRefusedWithTheFigures(int batchSize, int train, int validation, int size, long available, string figures)
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => new BatchMemory(train, validation, size).Check(batchSize, available));

        Assert.AreEqual(
            $"BatchSize is {batchSize}, which memory cannot hold: " +
            $"2 batches of {figures}, less what the network takes, or Images.Size to fewer pixels.",
            error.Message);
    }
}
