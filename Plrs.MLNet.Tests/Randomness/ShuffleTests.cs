using Plrs.MLNet.Randomness;

namespace Plrs.MLNet.Tests.Randomness;

[TestClass]
public sealed class ShuffleTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(1000)]
    public void EveryItemIsThereOnce(int count)
    {
        var order = Order(count);

        CollectionAssert.AreEquivalent(Enumerable.Range(0, count).ToArray(), order);
    }

    [TestMethod]
    public void TheOrderDependsOnSeedStreamAndIndexAlone()
    {
        CollectionAssert.AreEqual(Order(100, seed: 3, index: 5), Order(100, seed: 3, index: 5));
        CollectionAssert.AreNotEqual(Order(100), Order(100, seed: 1));
        CollectionAssert.AreNotEqual(Order(100), Order(100, index: 1));
        CollectionAssert.AreNotEqual(Order(100), Order(100, index: 1L << 32));
        CollectionAssert.AreNotEqual(Order(100), Order(100, stream: RandomStream.Split));
    }

    [TestMethod]
    public void TheItemsAreMovedNotReplaced()
    {
        int[] items = [70, 70, -5, 9];

        Shuffle.InPlace(items, seed: 0, RandomStream.Shuffle, index: 0);

        CollectionAssert.AreEquivalent(new[] { 70, 70, -5, 9 }, items);
    }

    [TestMethod]
    public void AllOrdersAreAboutEquallyFrequent()
    {
        const int Shuffles = 12_000;
        var orders = Enumerable.Range(0, Shuffles).Select(index => string.Join(' ', Order(4, index: index)))
            .CountBy(order => order).ToArray();

        Assert.HasCount(24, orders);
        foreach (var (order, count) in orders)
        {
            Assert.AreEqual(Shuffles / 24.0, count, 5 * Math.Sqrt(Shuffles / 24.0), order);
        }
    }

    private static int[] Order(int count, int seed = 0, long index = 0, RandomStream stream = RandomStream.Shuffle)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        Shuffle.InPlace(order, seed, stream, index);
        return order;
    }
}
