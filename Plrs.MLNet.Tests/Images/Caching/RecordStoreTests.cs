using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Images.Caching;

[TestClass]
[DoNotParallelize]
public sealed class RecordStoreTests
{
    private const int MiB = 1 << 20;

    [TestMethod]
    [DataRow(0L, 0)]
    [DataRow(1L, 0)]
    [DataRow(3L * MiB, 3)]
    [DataRow((4L * MiB) - 1, 3)]
    [DataRow(4L * MiB, 4)]
    [DataRow(6L * MiB, 6)]
    [DataRow(9L * MiB, 9)]
    [DataRow(long.MaxValue, 12)]
    public void RecordsAreInMemoryUpToTheBudgetAndInTheFileBeyondIt(long budget, int inMemory)
    {
        using var folder = new TemporaryFolder();
        using var file = new CacheFile(folder.Path);
        var store = new RecordStore(budget, file);
        var buffer = Array.Empty<byte>();

        for (var count = 1; count <= 12; count++)
        {
            store.Add(Record(count, MiB));

            for (var record = 1; record <= count; record++)
            {
                var read = store.Read(record - 1, ref buffer);
                Assert.IsTrue(read.Length == MiB && !read.ContainsAnyExcept((byte)record), $"Record {record} of {count}");
            }
        }

        Assert.AreEqual(12, store.Count);
        Assert.AreEqual((12L - inMemory) * MiB, file.Length);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(10_000)]
    [DataRow(9 * MiB)]
    public void RecordsCanBeOfAnyLengthInAnyOrder(int budget)
    {
        using var file = new CacheFile(workspace: null);
        var store = new RecordStore(budget, file);
        int[] lengths = [100, 1, 9000, 5 * MiB, 0, 3, MiB, 4 * MiB, 77, 2];

        Array.ForEach(lengths, length => store.Add(Record(length, length)));

        var buffer = Array.Empty<byte>();
        foreach (var index in new[] { 9, 3, 0, 1, 4, 8, 2, 7, 5, 6, 3, 9 })
        {
            Assert.IsTrue(store.Read(index, ref buffer).SequenceEqual(Record(lengths[index], lengths[index])), $"Record {index}");
        }
    }

    [TestMethod]
    public void WhatIsInMemoryIsReadWithoutACopyAndTheBufferIsUsedAgain()
    {
        using var file = new CacheFile(workspace: null);
        var store = new RecordStore(100, file);
        store.Add(Record(1, 100));
        store.Add(Record(2, 80));
        store.Add(Record(3, 60));
        var buffer = Array.Empty<byte>();

        store.Read(0, ref buffer);
        Assert.IsEmpty(buffer);
        store.Read(1, ref buffer);
        var first = buffer;
        store.Read(2, ref buffer);
        Assert.AreSame(first, buffer);

        // The buffer keeps what was read last.
        Assert.IsFalse(buffer.AsSpan(0, 60).ContainsAnyExcept((byte)3));
    }

    [TestMethod]
    public void ReadingAllocatesNothing()
    {
        using var file = new CacheFile(workspace: null);
        var store = new RecordStore(3000, file);
        for (var i = 0; i < 6; i++)
        {
            store.Add(Record(i, 1000));
        }

        var buffer = new byte[1000];
        store.Read(5, ref buffer);
        var allocated = Allocations.Of(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                store.Read(i % 6, ref buffer);
            }
        });

        Assert.AreEqual(0, allocated);
    }

    [TestMethod]
    public void ThreadsReadBesideEachOther()
    {
        using var file = new CacheFile(workspace: null);
        var store = new RecordStore(20_000, file);
        for (var i = 0; i < 40; i++)
        {
            store.Add(Record(i, 1000 + i));
        }

        var wrong = 0;
        Parallel.For(0, 8, seed =>
        {
            var random = new Random(seed);
            var buffer = Array.Empty<byte>();
            for (var i = 0; i < 500; i++)
            {
                var index = random.Next(40);
                var record = store.Read(index, ref buffer);
                if (record.Length != 1000 + index || record.ContainsAnyExcept((byte)index))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        });

        Assert.AreEqual(0, wrong);
    }

    private static byte[] Record(int value, int length)
    {
        var record = new byte[length];
        Array.Fill(record, (byte)value);
        return record;
    }
}
