using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Common;
using Plrs.MLNet.Data;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Randomness;
using static Microsoft.ML.DataOperationsCatalog;

namespace Plrs.MLNet;

/// <summary>
/// Splits of data that keep the proportions of the classes, which <c>TrainTestSplit</c> and <c>CrossValidationSplit</c>
/// leave to chance: a class of few rows may be missing from a side.
/// </summary>
/// <remarks>
/// What comes back are views, in the order of the data: the label's column is read at once, and all else when a row is asked for. The data
/// has to give the same rows in the same order each time. Rows without a label are for training.
/// </remarks>
/// <example>
/// <code>
/// var split = mlContext.Data.StratifiedTrainTestSplit(images, testFraction: 0.2);
/// var metrics = mlContext.MulticlassClassification.Evaluate(pipeline.Fit(split.TrainSet).Transform(split.TestSet));
/// </code>
/// </example>
public static class StratifiedSplits
{
    /// <summary>
    /// Splits data so that every class has the same share of its rows in the test set; a class of two or more has one at least on both
    /// sides. A warning names the classes of one row, of which the test set has none.
    /// </summary>
    /// <param name="catalog">The operations of <c>mlContext.Data</c>.</param>
    /// <param name="data">The data.</param>
    /// <param name="labelColumnName">The name of the label column: text, or a key.</param>
    /// <param name="testFraction">
    /// The share of each class that goes to the test set, greater than 0 and less than 1. The shares are rounded by the largest remainder,
    /// as those of <see cref="TorchImageClassificationTrainer.Options.ValidationSetFraction"/> are. The row of a class of one is for
    /// training.
    /// </param>
    /// <param name="seed">
    /// The seed of the draw; <see langword="null"/> (the default) takes that of the <see cref="MLContext"/>, and is random without one.
    /// </param>
    /// <returns>The training set and the test set.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The fraction is out of its range, or the label column is missing or neither text nor a key.
    /// </exception>
    public static TrainTestData StratifiedTrainTestSplit(
        this DataOperationsCatalog catalog, IDataView data, string labelColumnName = DefaultColumnNames.Label, double testFraction = 0.1,
        int? seed = null)
    {
        if (!(testFraction > 0 && testFraction < 1))
        {
            throw ArgumentChecks.Refused(nameof(testFraction), testFraction, "greater than 0 and less than 1");
        }

        var (host, rows, draw) = Read(catalog, data, labelColumnName, seed);
        var isTest = new bool[rows.Classes.Length];

        // 0.29 of 100 is 28.999999999999996.
        var total = (int)((rows.Classes.Count(number => number >= 0) * testFraction) + 1e-9);
        Array.ForEach(Strata.Draw(rows.Classes, total, draw, ofEach: true).Drawn, row => isTest[row] = true);
        Warn(host, rows, size => size == 1, "The test set has no rows of {0}: the row of a class of one is for training.");
        return Split(host, data, isTest.Length, row => isTest[row]);
    }

    /// <summary>
    /// Splits data into folds that have the rows of each class in equal numbers, give or take one: a class of as many rows as there are
    /// folds is in every fold's test set, and a class of two is in every training set. A warning names the classes of fewer rows than
    /// folds.
    /// </summary>
    /// <param name="catalog">The operations of <c>mlContext.Data</c>.</param>
    /// <param name="data">The data.</param>
    /// <param name="labelColumnName">The name of the label column: text, or a key.</param>
    /// <param name="numberOfFolds">
    /// The number of folds, at least 2. The row of a class of one is in every training set and in no test set.
    /// </param>
    /// <param name="seed">
    /// The seed of the draw; <see langword="null"/> (the default) takes that of the <see cref="MLContext"/>, and is random without one.
    /// </param>
    /// <returns>The training set and the test set of each fold.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There are fewer than two folds, or the label column is missing or neither text nor a key.
    /// </exception>
    public static IReadOnlyList<TrainTestData> StratifiedCrossValidationSplit(
        this DataOperationsCatalog catalog, IDataView data, string labelColumnName = DefaultColumnNames.Label, int numberOfFolds = 5,
        int? seed = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfFolds, 2);
        var (host, rows, draw) = Read(catalog, data, labelColumnName, seed);
        var folds = Strata.Folds(rows.Classes, numberOfFolds, draw);
        Warn(host, rows, size => size == 1, "No test set has rows of {0}: the row of a class of one is for training in every fold.");
        Warn(
            host, rows, size => size > 1 && size < numberOfFolds,
            "Some test sets have no rows of {0}: there are fewer of each than folds.");
        return [.. Enumerable.Range(0, numberOfFolds).Select(fold => Split(host, data, folds.Length, row => folds[row] == fold))];
    }

    private static (IHost Host, RowClasses Rows, int Seed) Read(
        DataOperationsCatalog catalog, IDataView data, string labelColumnName, int? seed)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(labelColumnName);
        var environment = CatalogUtils.GetEnvironment(catalog);
        var host = environment.Register(nameof(StratifiedSplits));
        return (
            host, RowClasses.Read(host, data, labelColumnName), seed ?? ((IHostEnvironmentInternal)environment).Seed ?? host.Rand.Next());
    }

    /// <summary>Warns of the classes of some sizes.</summary>
    private static void Warn(IHost host, RowClasses rows, Func<int, bool> isOfSize, string message)
    {
        if (rows.NamesOfSize(isOfSize) is { Length: > 0 } names)
        {
            using var channel = host.Start("Split");
            channel.Warning(string.Format(CultureInfo.InvariantCulture, message, Classes.List(names)));
        }
    }

    private static TrainTestData Split(IHost host, IDataView data, int rows, Func<int, bool> isTest)
    {
        var tests = Enumerable.Range(0, rows).Count(isTest);
        return new TrainTestData(new RowSubset(host, data, row => !isTest(row), rows - tests), new RowSubset(host, data, isTest, tests));
    }
}
