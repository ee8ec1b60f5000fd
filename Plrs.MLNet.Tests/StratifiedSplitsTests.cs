using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Tests.Images.Caching;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Training;
using static Microsoft.ML.DataOperationsCatalog;

namespace Plrs.MLNet.Tests;

[TestClass]
public sealed class StratifiedSplitsTests
{
    /// <summary>Classes of 1, 2, 3 and 50 rows among each other, and two rows without a label.</summary>
    private static readonly string?[] Labels =
        [null, "one", "two", "three", .. Enumerable.Repeat("fifty", 25), "two", "three", null, .. Enumerable.Repeat("fifty", 25), "three"];

    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    [DataRow(0.1, 5)]
    [DataRow(0.5, 25)]
    [DataRow(0.9, 45)]
    [DataRow(0.001, 1)]
    [DataRow(0.999, 49)]
    public void EveryClassOfTwoOrMoreIsOnBothSides(double testFraction, int fifty)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var split = _mlContext.Data.StratifiedTrainTestSplit(Data(), "Label", testFraction, seed);
            var tests = Count(split.TestSet);

            Assert.AreEqual(fifty, tests["fifty"]);
            Assert.AreEqual(1, tests["two"]);
            Assert.AreEqual(testFraction > 0.5 ? 2 : testFraction < 0.5 ? 1 : 2, tests["three"]);
            Assert.IsFalse(tests.ContainsKey("one") || tests.ContainsKey(""));
            AssertWhole(split);
        }
    }

    // As many of each class as the trainer takes for validation.
    [TestMethod]
    [DataRow(0.1)]
    [DataRow(0.15)]
    [DataRow(0.29)]
    public void SharesAreThoseOfTheTrainersValidation(double testFraction)
    {
        int[] labels = [.. Enumerable.Repeat(0, 20), .. Enumerable.Repeat(1, 33), .. Enumerable.Repeat(2, 47), .. Enumerable.Range(3, 50)];
        var set = TestSets.OfClasses(labels);
        var validated = TrainingData.Split(set, (float)testFraction, seed: 1).ValidationImages.Select(set.Label);

        var data = _mlContext.Data.LoadFromEnumerable(labels.Select((label, i) => new Row { Id = i, Label = $"{label}" }));

        var split = _mlContext.Data.StratifiedTrainTestSplit(data, "Label", testFraction, seed: 1);

        CollectionAssert.AreEqual(
            validated.Order().ToList(), Rows(split.TestSet).Select(row => labels[row]).Order().ToList());
    }

    [TestMethod]
    public void ClassesThatATestSetHasNotAreNamed()
    {
        var warnings = new List<string>();
        _mlContext.Log += (_, e) => warnings.AddRange(e.IsWarning() ? [e.RawMessage] : []);

        _mlContext.Data.StratifiedTrainTestSplit(Data(), testFraction: 0.1);
        _mlContext.Data.StratifiedCrossValidationSplit(Data(), numberOfFolds: 3);

        CollectionAssert.AreEqual(
            new[]
            {
                "The test set has no rows of 'one': the row of a class of one is for training.",
                "No test set has rows of 'one': the row of a class of one is for training in every fold.",
                "Some test sets have no rows of 'two': there are fewer of each than folds.",
            },
            warnings);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(5)]
    public void FoldsShareEachClassEvenly(int folds)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var splits = _mlContext.Data.StratifiedCrossValidationSplit(Data(), numberOfFolds: folds, seed: seed);

            Assert.HasCount(folds, splits);
            foreach (var split in splits)
            {
                AssertWhole(split);
                Assert.AreEqual(50 / folds, Count(split.TestSet)["fifty"]);
                CollectionAssert.IsSubsetOf(new[] { "one", "two", "three", "fifty", "" }, Count(split.TrainSet).Keys.ToArray());
                Assert.IsInRange(55 / folds, (55 + folds - 1) / folds, Rows(split.TestSet).Count);
            }

            // All rows are tested once, but those of no class and of a class of one.
            CollectionAssert.AreEquivalent(
                Enumerable.Range(0, Labels.Length).Where(row => Labels[row] is not (null or "one")).ToArray(),
                splits.SelectMany(split => Rows(split.TestSet)).ToArray());
        }
    }

    [TestMethod]
    public void TheDrawDependsOnTheSeedAndOnTheContextsWhereNoneIsGiven()
    {
        var first = Tests(_mlContext, seed: null);

        Assert.AreEqual(first, Tests(new MLContext(seed: 1), seed: null));
        Assert.AreEqual(first, Tests(new MLContext(), seed: 1));
        Assert.AreNotEqual(first, Tests(new MLContext(seed: 2), seed: null));
        Assert.AreNotEqual(first, Tests(new MLContext(seed: 1), seed: 2));

        static string Tests(MLContext mlContext, int? seed) =>
            string.Join(' ', Rows(mlContext.Data.StratifiedTrainTestSplit(Data(mlContext), testFraction: 0.3, seed: seed).TestSet));
    }

    [TestMethod]
    public void KeysAreSplitAsTheirTextsAre()
    {
        var keys = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(Data()).Transform(Data());

        CollectionAssert.AreEqual(
            Rows(_mlContext.Data.StratifiedTrainTestSplit(Data(), testFraction: 0.3).TestSet),
            Rows(_mlContext.Data.StratifiedTrainTestSplit(keys, testFraction: 0.3).TestSet));
    }

    [TestMethod]
    public void NothingButLabelsIsReadBeforeRowsAreAskedFor()
    {
        var read = 0;
        var filter = _mlContext.Transforms.CustomMapping<Row, Seen>(
            (row, seen) => seen.Number = Interlocked.Increment(ref read) + row.Id, null).Fit(Data());

        var split = _mlContext.Data.StratifiedTrainTestSplit(filter.Transform(Data()), testFraction: 0.1);
        Assert.AreEqual(0, read);

        Assert.HasCount(7, split.TestSet.GetColumn<int>(nameof(Seen.Number)).ToArray());
        Assert.IsGreaterThan(0, read);
    }

    [TestMethod]
    public void TheSidesAreLikeTheData()
    {
        var data = Data();
        var split = _mlContext.Data.StratifiedTrainTestSplit(data, testFraction: 0.3);

        Assert.AreSame(data.Schema, split.TestSet.Schema);
        Assert.AreEqual(Rows(split.TestSet).Count, (int)split.TestSet.GetRowCount()!.Value);
        CollectionAssert.AreEqual(Rows(split.TrainSet).Order().ToList(), Rows(split.TrainSet));

        // ML.NET's own trainers, which shuffle and read by several threads, see the same rows.
        CollectionAssert.AreEquivalent(Rows(split.TrainSet), Rows(_mlContext.Data.ShuffleRows(_mlContext.Data.Cache(split.TrainSet))));
        var cursors = split.TestSet.GetRowCursorSet(split.TestSet.Schema, 4, new Random(1));
        Assert.HasCount(1, cursors);
        cursors[0].Dispose();
    }

    [TestMethod]
    public void WhatCannotBeSplitIsRefused()
    {
        var data = Data();

        AssertRefused(
            "testFraction is 0; it must be greater than 0 and less than 1.",
            () => _mlContext.Data.StratifiedTrainTestSplit(data, testFraction: 0));
        AssertRefused(
            "testFraction is NaN; it must be greater than 0 and less than 1.",
            () => _mlContext.Data.StratifiedTrainTestSplit(data, testFraction: double.NaN));
        AssertRefused(
            "numberOfFolds ('1') must be greater than or equal to '2'.",
            () => _mlContext.Data.StratifiedCrossValidationSplit(data, numberOfFolds: 1));
        AssertRefused("Could not find label column 'Kind'", () => _mlContext.Data.StratifiedTrainTestSplit(data, "Kind"));
        AssertRefused(
            "Schema mismatch for label column 'Id': expected text or a key (MapValueToKey makes one), got Int32",
            () => _mlContext.Data.StratifiedCrossValidationSplit(data, "Id"));

        static void AssertRefused(string message, Func<object> split) =>
            Assert.StartsWith(message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(split).Message);
    }

    private static void AssertWhole(TrainTestData split)
    {
        int[] rows = [.. Rows(split.TrainSet), .. Rows(split.TestSet)];
        CollectionAssert.AreEquivalent(Enumerable.Range(0, Labels.Length).ToArray(), rows);
        var train = Count(split.TrainSet);
        CollectionAssert.AreEquivalent(new[] { "one", "two", "three", "fifty", "" }, train.Keys.ToArray());
        Assert.AreEqual(2, train[""]);
    }

    private static List<int> Rows(IDataView data) => [.. data.GetColumn<int>(nameof(Row.Id))];

    private static Dictionary<string, int> Count(IDataView data) => Rows(data).CountBy(row => Labels[row] ?? "").ToDictionary();

    private static IDataView Data(MLContext mlContext) =>
        mlContext.Data.LoadFromEnumerable(Labels.Select((label, i) => new Row { Id = i, Label = label }));

    private IDataView Data() => Data(_mlContext);

    private sealed class Row
    {
        public int Id { get; set; }

        public string? Label { get; set; }
    }

    private sealed class Seen
    {
        public int Number { get; set; }
    }
}
