using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Scoring;

namespace Plrs.MLNet.Tests.Scoring;

/// <summary>How far reading goes ahead, and the memory that it keeps.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LookAheadCursorTests
{
    private const int KiB = 1 << 10;
    private const int Limit = 1 << 20;

    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void SmallRowsAreBoundedByTheirNumber()
    {
        CollectionAssert.AreEqual(
            new[] { 8, 16, 32, 32, 12 }, Batches(Rows(100, _ => KiB), capacity: 32).Select(batch => batch.Rows).ToList());
    }

    [TestMethod]
    public void LargeRowsAreBoundedByTheirBytes()
    {
        var batches = Batches(Rows(41, _ => 100 * KiB), capacity: 32);

        // The first is small as always; ten rows and the one that reaches the limit come after it.
        CollectionAssert.AreEqual(new[] { 8, 11, 11, 11 }, batches.Select(batch => batch.Rows).ToList());
        AssertBounded(batches, largest: 100 * KiB);
    }

    [TestMethod]
    public void ARowThatIsLargerThanTheLimitIsReadAlone()
    {
        var batches = Batches(Rows(4, _ => 2 * Limit), capacity: 32);

        CollectionAssert.AreEqual(new[] { 1, 1, 1, 1 }, batches.Select(batch => batch.Rows).ToList());
        AssertBounded(batches, largest: 2 * Limit);
    }

    [TestMethod]
    public void TheMemoryOfLargeRowsIsGivenUpWhenSmallOnesCome()
    {
        var batches = Batches(Rows(140, row => row < 8 ? 3 * Limit : KiB), capacity: 64);

        Assert.AreEqual(3 * Limit, batches[7].KeptBytes);
        Assert.AreEqual(64, batches[8].Rows);
        Assert.AreEqual(64 * KiB, batches[8].KeptBytes);
        AssertBounded(batches, largest: 3 * Limit);
    }

    [TestMethod]
    public void RowsOfAllSizesComeAsTheyAreInBoundedMemory()
    {
        var random = new Random(5);
        var sizes = Enumerable.Range(0, 600).Select(_ => random.Next(4) == 0 ? random.Next(2 * Limit) : random.Next(20 * KiB)).ToList();

        AssertBounded(Batches(Rows(sizes.Count, row => sizes[row]), capacity: 32), largest: 2 * Limit);
    }

    [TestMethod]
    public void NoMoreIsKeptThanIsSaidToBeKept()
    {
        // One large row a batch, each in another place, where its memory would stay.
        var data = Rows(1000, row => row % 33 == 0 ? 900 * KiB : KiB);
        using var cursor = LookAhead(data, capacity: 32);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var row = 0; cursor.MoveNext(); row++)
        {
            if (row % 50 == 49)
            {
                // What earlier tests left behind may go meanwhile, so it can be less.
                Assert.IsLessThan(
                    cursor.KeptBytes + (1.5 * Limit), GC.GetTotalMemory(forceFullCollection: true) - before, $"After {row + 1} rows.");
            }
        }
    }

    // ML.NET doubles an array that is too small.
    [TestMethod]
    public void MemoryThatGrowsCountsAsItGrows()
    {
        var batches = Batches(Rows(10, row => row < 4 ? 200 * KiB : 210 * KiB), capacity: 4);

        CollectionAssert.AreEqual(new[] { (4, 800L * KiB), (2, 1200L * KiB), (4, 840L * KiB) }, batches);
    }

    [TestMethod]
    public void TextAndSparseVectorsCountToo()
    {
        var texts = Enumerable.Range(0, 20).Select(row => new TextRow { Number = row, Text = new string('t', 100 * KiB) });
        CollectionAssert.AreEqual(
            new[] { 6, 6, 6, 2 },
            Batches(_mlContext.Data.LoadFromEnumerable(texts), capacity: 32, check: false).Select(batch => batch.Rows).ToList());

        var words = Enumerable.Range(0, 20)
            .Select(row => new WordsRow { Number = row, Words = [new string('a', 50 * KiB), new string('b', 50 * KiB)] });
        CollectionAssert.AreEqual(
            new[] { 6, 6, 6, 2 },
            Batches(_mlContext.Data.LoadFromEnumerable(words), capacity: 32, check: false).Select(batch => batch.Rows).ToList());

        // A float and an index each: 8 bytes.
        var sparse = new VBuffer<float>(1 << 20, 25 * KiB, new float[25 * KiB], [.. Enumerable.Range(0, 25 * KiB)]);
        var vectors = Enumerable.Range(0, 12).Select(row => new SparseRow { Number = row, Values = sparse });
        CollectionAssert.AreEqual(
            new[] { 6, 6 },
            Batches(_mlContext.Data.LoadFromEnumerable(vectors), capacity: 32, check: false).Select(batch => batch.Rows).ToList());
    }

    private static void AssertBounded(List<(int Rows, long KeptBytes)> batches, long largest)
    {
        foreach (var (_, keptBytes) in batches)
        {
            Assert.IsLessThan(Limit + largest, keptBytes);
        }
    }

    private IDataView Rows(int count, Func<int, int> size) =>
        _mlContext.Data.LoadFromEnumerable(
            Enumerable.Range(0, count).Select(row => new BytesRow { Number = row, Bytes = Content(row, size(row)) }));

    private static byte[] Content(int row, int size)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, (byte)row);
        return bytes;
    }

    private LookAheadCursor LookAhead(IDataView data, int capacity) =>
        new(((IHostEnvironment)_mlContext).Register("Test"), data.GetRowCursor(data.Schema), capacity, Limit);

    /// <summary>Reads all rows, and tells of each batch how many rows it has and what memory is kept with it.</summary>
    private List<(int Rows, long KeptBytes)> Batches(IDataView data, int capacity, bool check = true)
    {
        var batches = new List<(int, long)>();
        using var cursor = LookAhead(data, capacity);
        var getNumber = cursor.GetGetter<int>(data.Schema["Number"]);
        var getBytes = check ? cursor.GetGetter<VBuffer<byte>>(data.Schema["Bytes"]) : null;
        var generation = 0;
        var number = 0;
        VBuffer<byte> bytes = default;
        for (var row = 0; cursor.MoveNext(); row++)
        {
            getNumber(ref number);
            getBytes?.Invoke(ref bytes);
            Assert.AreEqual(row, number);
            Assert.AreEqual(row, cursor.Position);
            Assert.AreEqual(-1, bytes.GetValues().IndexOfAnyExcept((byte)row), $"Row {row} has another row's bytes.");
            if (generation != cursor.Generation)
            {
                generation = cursor.Generation;
                batches.Add((cursor.Count, cursor.KeptBytes));
            }
        }

        return batches;
    }

    private sealed class BytesRow
    {
        public int Number { get; set; }

        public byte[] Bytes { get; set; } = [];
    }

    private sealed class TextRow
    {
        public int Number { get; set; }

        public string Text { get; set; } = "";
    }

    private sealed class WordsRow
    {
        public int Number { get; set; }

        public string[] Words { get; set; } = [];
    }

    private sealed class SparseRow
    {
        public int Number { get; set; }

        [VectorType(1 << 20)]
        public VBuffer<float> Values { get; set; }
    }
}
