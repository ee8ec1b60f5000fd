using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Images.Caching;
using Plrs.MLNet.Tests.Images.Decoding;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Images.Batching;

[TestClass]
public sealed class BatchReaderTests
{
    private const int Size = 2;

    [TestMethod]
    [DataRow(0, 4, 0)]
    [DataRow(1, 4, 1)]
    [DataRow(4, 4, 1)]
    [DataRow(5, 4, 2)]
    [DataRow(8, 4, 2)]
    [DataRow(3, 1, 3)]
    public void AllImagesComeOnceInOrderTheLastBatchMayBePartial(int count, int batchSize, int batches)
    {
        using var reader = new BatchReader(TestSets.Random(count, Size), batchSize);
        int[] order = [.. Enumerable.Range(0, count).Reverse()];

        var read = Read(reader, order);

        Assert.AreEqual(batches, BatchReader.BatchCount(count, batchSize));
        Assert.HasCount(batches, read);
        CollectionAssert.AreEqual(order, read.SelectMany(batch => batch).ToArray());
        Assert.IsTrue(read.SkipLast(1).All(batch => batch.Length == batchSize));
    }

    [TestMethod]
    [DataRow(5, int.MaxValue, 1)]
    [DataRow(int.MaxValue, int.MaxValue, 1)]
    [DataRow(int.MaxValue, 2, 1 << 30)]
    [DataRow(int.MaxValue, 1, int.MaxValue)]
    public void TheNumberOfBatchesDoesNotOverflow(int count, int batchSize, int batches) =>
        Assert.AreEqual(batches, BatchReader.BatchCount(count, batchSize));

    [TestMethod]
    public void PreparationGetsEachImagesOwnPixelsAndNumber()
    {
        var set = TestSets.Random(count: 7, Size);
        using var reader = new BatchReader(set, batchSize: 3);
        int[] order = [6, 0, 3, 2];
        var values = new List<float>();
        foreach (var batch in reader.Read(order, (pixels, image, _, target) =>
        {
            Assert.IsTrue(pixels.SequenceEqual(set.Pixels(image)));
            target.Fill(image);
        }))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                Assert.IsFalse(batch.Example(i).ContainsAnyExcept(batch.Example(i)[0]));
                values.Add(batch.Example(i)[0]);
            }
        }

        CollectionAssert.AreEqual(order, values.Select(value => (int)value).ToArray());
    }

    [TestMethod]
    public void ABatchKeepsItsContentsUntilTheNextIsAskedFor()
    {
        using var reader = new BatchReader(TestSets.Random(count: 64, Size), batchSize: 1);
        using var prepared = new SemaphoreSlim(0);
        var number = 0;
        foreach (var batch in reader.Read(Numbers(64), (_, image, _, values) =>
        {
            values.Fill(image);
            prepared.Release();
        }))
        {
            // Wait until the thread has prepared the next batch as well: it must not have touched this one.
            for (var i = number == 0 ? -1 : 0; i < 1 && number < 63; i++)
            {
                Assert.IsTrue(prepared.Wait(TimeSpan.FromMinutes(3)));
            }

            Assert.IsFalse(batch.Example(0).ContainsAnyExcept((float)number));
            number++;
        }

        Assert.AreEqual(64, number);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void SeveralThreadsMakeTheSameBatch(int workers)
    {
        using var cache = new ImageCache(TestSets.Decoding(Size), ImageCacheMode.None, budget: 1 << 20, workspace: null);
        SKColor[] colors = [.. Enumerable.Range(0, 50).Select(i => new SKColor((byte)i, (byte)(2 * i), (byte)(3 * i)))];
        Array.ForEach(colors, color => cache.Records.Add(EncodedImages.Plain(color, 3, 3)));
        var set = new ImageSet(cache, first: 0, isEncoded: true, Numbers(50), new ImageSummary[50]);
        using var reader = new BatchReader(set, batchSize: 20, workers);
        int[] order = [.. Enumerable.Range(0, 50).Reverse()];
        var read = new List<(long Label, float Red, float Green, float Blue)>();
        foreach (var batch in reader.Read(order, (pixels, _, _, values) =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = pixels[i];
            }
        }))
        {
            read.AddRange(
                batch.Labels.Take(batch.Count)
                    .Select((label, i) => (label, batch.Example(i)[0], batch.Example(i)[4], batch.Example(i)[11])));
        }

        CollectionAssert.AreEqual(order.Select(i => ((long)i, (float)i, 2f * i, 3f * i)).ToList(), read);
    }

    [TestMethod]
    public void AnErrorInPreparationReachesTheReaderAndTheNextReadIsWhole()
    {
        using var reader = new BatchReader(TestSets.Random(count: 10, Size), batchSize: 2);
        var cause = new FormatException("No such pixel.");

        var error = Assert.ThrowsExactly<InvalidOperationException>(() =>
            reader.Read(Numbers(10), (_, image, _, _) =>
            {
                if (image == 5)
                {
                    throw cause;
                }
            }).Count());

        Assert.AreEqual("A batch could not be prepared: No such pixel.", error.Message);
        Assert.AreSame(cause, error.InnerException);
        CollectionAssert.AreEqual(Numbers(10), Read(reader, Numbers(10)).SelectMany(batch => batch).ToArray());
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(3)]
    public void LeavingTheLoopEndsTheThread(int batchesRead)
    {
        using var reader = new BatchReader(TestSets.Random(count: 100, Size), batchSize: 1);
        var prepared = 0;
        Thread? worker = null;
        foreach (var batch in reader.Read(Numbers(100), (_, _, _, _) =>
        {
            worker = Thread.CurrentThread;
            prepared++;
        }))
        {
            if (batch.Count == 1 && batchesRead-- == 0)
            {
                break;
            }
        }

        Assert.IsNotNull(worker);
        Assert.AreNotSame(Thread.CurrentThread, worker);
        Assert.IsFalse(worker.IsAlive);
        Assert.IsLessThan(8, prepared);
        CollectionAssert.AreEqual(Numbers(100), Read(reader, Numbers(100)).SelectMany(batch => batch).ToArray());
    }

    [TestMethod]
    public void ItReadsAgainAndAgain()
    {
        using var reader = new BatchReader(TestSets.Random(count: 9, Size), batchSize: 4);
        for (var i = 0; i < 20; i++)
        {
            CollectionAssert.AreEqual(Numbers(9 - (i % 3)), Read(reader, Numbers(9 - (i % 3))).SelectMany(batch => batch).ToArray());
        }
    }

    private static int[] Numbers(int count) => [.. Enumerable.Range(0, count)];

    /// <summary>The labels of each batch, which are the images' numbers.</summary>
    private static List<int[]> Read(BatchReader reader, int[] order)
    {
        var batches = new List<int[]>();
        foreach (var batch in reader.Read(order, (_, _, _, values) => values.Clear()))
        {
            batches.Add([.. batch.Labels.Take(batch.Count).Select(label => (int)label)]);
        }

        return batches;
    }
}
