using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Scoring;

[TestClass]
public sealed class BatchedScoringTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(8)]
    [DataRow(9)]
    [DataRow(400)]
    public void ManyRowsScoreAsOneAtATimeToTheLastBit(int count)
    {
        var mlContext = new MLContext(seed: 1);
        using var model = ScoredImages.Train(mlContext);
        var rows = ScoredImages.Rows(count);

        var scored = ScoredImages.AllAtOnce(mlContext, model.Transform(mlContext.Data.LoadFromEnumerable(rows)));

        CollectionAssert.AreEqual(ScoredImages.OneAtATime(mlContext, model, rows), scored);
        Assert.HasCount(count, scored);
    }

    [TestMethod]
    public void ReadingGoesAheadOfTheRowsAndOnlyOnce()
    {
        var mlContext = new MLContext(seed: 1);
        using var model = ScoredImages.Train(mlContext);

        foreach (var transformer in new ITransformer[] { model, ScoredImages.Load(mlContext) })
        {
            CollectionAssert.AreEqual(new[] { 8, 24, 24, 50 }, ReadsAtRows(mlContext, transformer, 0, 8, 23, 24));
        }
    }

    [TestMethod]
    public void AStreamThatCanBeReadOnlyOnceIsScored()
    {
        var mlContext = new MLContext(seed: 1);
        using var model = ScoredImages.Train(mlContext);
        var rows = ScoredImages.Rows(30);
        var queue = new Queue<NumberedImage>(rows);
        IEnumerable<NumberedImage> Dequeue()
        {
            while (queue.TryDequeue(out var row))
            {
                yield return row;
            }
        }

        var scored = ScoredImages.AllAtOnce(mlContext, model.Transform(mlContext.Data.LoadFromEnumerable(Dequeue())));

        CollectionAssert.AreEqual(ScoredImages.OneAtATime(mlContext, model, rows), scored);
    }

    [TestMethod]
    public void ALoadedModelScoresAsTheTrainedOneDoes()
    {
        var mlContext = new MLContext(seed: 1);
        var rows = ScoredImages.Rows(40);
        var data = mlContext.Data.LoadFromEnumerable(rows);
        using var trained = ScoredImages.Train(mlContext);
        var loaded = ScoredImages.Load(mlContext);
        var expected = ScoredImages.OneAtATime(mlContext, trained, rows);

        CollectionAssert.AreEqual(expected, ScoredImages.AllAtOnce(mlContext, loaded.Transform(data)));
        CollectionAssert.AreEqual(expected, ScoredImages.OneAtATime(mlContext, loaded, rows));
    }

    [TestMethod]
    public void LargeImagesAreReadAheadOnlyAsFarAsTheirBytesAllow()
    {
        var mlContext = new MLContext(seed: 1);
        using var model = ScoredImages.Train(mlContext);

        // Beyond its end an image may have any bytes: these are of 17 MiB, of which four are more than 64 MiB.
        var rows = ScoredImages.Rows(10);
        IEnumerable<NumberedImage> Large() => rows.Select(row => new NumberedImage
        {
            Number = row.Number,
            Name = row.Name,
            Label = row.Label,
            Image = [.. row.Image, .. new byte[17 << 20]],
        });
        var read = 0;
        var source = mlContext.Data.LoadFromEnumerable(Large().Select((row, i) =>
        {
            read = i + 1;
            return row;
        }));
        var scored = ((ITransformer)TestPipeline.Classifier(model)).Transform(source);
        var reads = new List<int>();
        var scores = new List<string>();
        using (var cursor = scored.GetRowCursor(scored.Schema["Score"]))
        {
            var getScores = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
            VBuffer<float> value = default;
            while (cursor.MoveNext())
            {
                getScores(ref value);
                reads.Add(read);
                scores.Add(ScoresOf(value));
            }
        }

        CollectionAssert.AreEqual(new[] { 4, 4, 4, 4, 8, 8, 8, 8, 10, 10 }, reads);
        var expected = ScoredImages.OneAtATime(mlContext, model, rows);
        Assert.IsTrue(expected.Zip(scores).All(pair => pair.First.EndsWith(pair.Second, StringComparison.Ordinal)));
        Assert.IsGreaterThan(2, scores.Distinct().Count());
    }

    [TestMethod]
    public void ShuffledRowsKeepTheirScores()
    {
        var mlContext = new MLContext(seed: 1);
        using var model = ScoredImages.Train(mlContext);
        var rows = ScoredImages.Rows(60);
        var scored = model.Transform(mlContext.Data.Cache(mlContext.Data.LoadFromEnumerable(rows)));
        var numbers = new List<int>();
        var wrong = new List<int>();
        var expected = ScoredImages.OneAtATime(mlContext, model, rows);
        using var cursor = scored.GetRowCursor(scored.Schema, new Random(3));
        var getNumber = cursor.GetGetter<int>(scored.Schema["Number"]);
        var getScores = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        var getId = cursor.GetIdGetter();
        var ids = new HashSet<DataViewRowId>();
        var number = 0;
        VBuffer<float> scores = default;
        DataViewRowId id = default;
        while (cursor.MoveNext())
        {
            getNumber(ref number);
            getScores(ref scores);
            getId(ref id);
            ids.Add(id);
            numbers.Add(number);
            if (!expected[number].EndsWith(ScoresOf(scores), StringComparison.Ordinal))
            {
                wrong.Add(number);
            }
        }

        Assert.IsEmpty(wrong);
        Assert.HasCount(rows.Count, ids);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, rows.Count).ToList(), numbers);
        CollectionAssert.AreNotEqual(Enumerable.Range(0, rows.Count).ToList(), numbers, "The rows were not shuffled.");
    }

    [TestMethod]
    public void ColumnsThatCannotBeKeptAreScoredRowByRow()
    {
        var mlContext = new MLContext(seed: 1);
        using var model = ScoredImages.Train(mlContext);
        using var picture = MLImage.CreateFromPixels(2, 2, MLPixelFormat.Rgba32, new byte[16]);
        var rows = TestPipeline.Images(20)
            .Select(image => new RowWithPicture { Image = image.Image, Label = image.Label, Picture = picture });
        var plain = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(20));

        var scored = model.Transform(mlContext.Data.LoadFromEnumerable(rows));

        using var cursor = scored.GetRowCursor(scored.Schema);
        var getScores = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        var getPicture = cursor.GetGetter<MLImage>(scored.Schema["Picture"]);
        var actual = new List<float>();
        VBuffer<float> scores = default;
        MLImage value = null!;
        while (cursor.MoveNext())
        {
            getScores(ref scores);
            getPicture(ref value);
            Assert.AreEqual(2, value.Width);
            actual.AddRange(scores.DenseValues());
        }

        CollectionAssert.AreEqual(TestPipeline.Scores(model, plain), actual);
    }

    [TestMethod]
    public void NothingIsDecodedWhenNoScoreIsWanted()
    {
        var mlContext = new MLContext(seed: 1);
        using var model = ScoredImages.Train(mlContext);
        var read = 0;
        var scored = model.Transform(mlContext.Data.LoadFromEnumerable(ScoredImages.Stream(ScoredImages.Rows(20), count => read = count)));
        using var cursor = scored.GetRowCursor(scored.Schema["Number"]);

        cursor.MoveNext();

        Assert.AreEqual(1, read);
        Assert.IsFalse(cursor.IsColumnActive(scored.Schema["Score"]));
    }

    [TestMethod]
    public void CancellationStopsScoring()
    {
        var mlContext = new MLContext(seed: 1);
        using var model = ScoredImages.Train(mlContext);
        var read = 0;
        var scored = model.Transform(mlContext.Data.LoadFromEnumerable(ScoredImages.Stream(ScoredImages.Rows(200), count => read = count)));
        using var cursor = scored.GetRowCursor(scored.Schema["Score"]);
        cursor.MoveNext();

        mlContext.CancelExecution();

        Assert.ThrowsExactly<OperationCanceledException>(() =>
        {
            while (cursor.MoveNext())
            {
            }
        });
        Assert.IsLessThan(200, read);
    }

    private static string ScoresOf(VBuffer<float> scores) => ChildProcess.Format(new ImagePrediction { Score = [.. scores.DenseValues()] });

    private static List<int> ReadsAtRows(MLContext mlContext, ITransformer model, params int[] positions)
    {
        // The model's own part of the pipeline, whose input and output no other transform buffers.
        var transformer = TestPipeline.Classifier(model);
        var rows = ScoredImages.Rows(50);
        var read = 0;
        var reads = new List<int>();
        var source = mlContext.Data.LoadFromEnumerable(ScoredImages.Stream(rows, count => read = count));
        var label = ((IEnumerable<ITransformer>)model).First().Transform(source);
        var mapper = ((ITransformer)transformer).Transform(new OneCursor(label));
        using var cursor = mapper.GetRowCursor(mapper.Schema["Score"]);
        var getScores = cursor.GetGetter<VBuffer<float>>(mapper.Schema["Score"]);
        VBuffer<float> scores = default;
        for (var row = 0; row < rows.Count && cursor.MoveNext(); row++)
        {
            getScores(ref scores);
            if (positions.Contains(row))
            {
                reads.Add(read);
            }
        }

        return reads;
    }

    /// <summary>Data whose cursors ML.NET does not split: it knows itself to have one row less than would be worth it.</summary>
    private sealed class OneCursor(IDataView data) : IDataView
    {
        public bool CanShuffle => false;

        public DataViewSchema Schema => data.Schema;

        public long? GetRowCount() => 1;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
            data.GetRowCursor(columnsNeeded, rand);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [GetRowCursor(columnsNeeded, rand)];
    }

    private sealed class RowWithPicture
    {
        public byte[] Image { get; set; } = [];

        public string? Label { get; set; }

        [Microsoft.ML.Transforms.Image.ImageType(2, 2)]
        public MLImage? Picture { get; set; }
    }
}
