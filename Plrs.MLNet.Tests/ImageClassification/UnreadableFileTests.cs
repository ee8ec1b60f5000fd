using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>Files that the system does not give: a training and a scoring go on without them.</summary>
[TestClass]
public sealed class UnreadableFileTests
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly List<string> _warnings = [];
    private readonly List<SkippedImage> _skipped = [];

    public UnreadableFileTests() =>
        _mlContext.Log += (_, e) =>
        {
            if (e.IsWarning())
            {
                _warnings.Add(e.RawMessage);
            }
        };

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TheyAreSkippedCountedAndNamedInTraining(bool asImages)
    {
        using var folder = new ImageFolder(imagesPerClass: 30);
        using var unreadable = new UnreadableFiles(folder);
        var trained = 0;

        Pipeline(folder, Options(_ => trained++), asImages).Fit(folder.Load(_mlContext));

        AssertSkipped(unreadable, ImageClassificationDataset.Train, first: 90);
        Assert.AreEqual(12, trained);
        Assert.StartsWith(
            "Skipped 6 of 96 images in column 'Image' (Train): " +
            $"row 90: the image cannot be read: {unreadable.Reasons[0]}; row 91: the image ",
            _warnings.Single());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TheyAreSkippedInAValidationSet(bool asImages)
    {
        using var folder = new ImageFolder(imagesPerClass: 4);
        using var validation = new ImageFolder(imagesPerClass: 2);
        using var unreadable = new UnreadableFiles(validation);
        var rows = Loading(folder, asImages).Fit(folder.Load(_mlContext));
        var options = Options();
        options.ValidationSet = Loading(validation, asImages).Fit(validation.Load(_mlContext)).Transform(validation.Load(_mlContext));
        var labels = rows.Transform(folder.Load(_mlContext));

        _mlContext.MulticlassClassification.Trainers.TorchImageClassification(options).Fit(labels);

        AssertSkipped(unreadable, ImageClassificationDataset.Validation, first: 6);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TheyScoreNaNAndHaveNoLabel(bool asImages)
    {
        using var folder = new ImageFolder(imagesPerClass: 6);
        var model = Pipeline(folder, Options(), asImages).Fit(folder.Load(_mlContext));
        using var unreadable = new UnreadableFiles(folder);

        var scored = model.Transform(folder.Load(_mlContext));

        var predictions = _mlContext.Data.CreateEnumerable<ImagePrediction>(scored, reuseRowObject: false).ToList();
        Assert.HasCount(24, predictions);
        AssertNothing(predictions[18..]);
        Assert.IsTrue(predictions[..18].All(prediction => prediction.Score.All(float.IsFinite)));
        if (!asImages)
        {
            CollectionAssert.AreEqual(
                unreadable.Reasons.Take(5)
                    .Select((reason, i) => $"Row {18 + i} has no scores: the image cannot be read: {reason}.").ToArray(),
                _warnings.ToArray());
        }

        // They count as wrong or not at all, as images do that cannot be decoded.
        Assert.IsGreaterThan(0, _mlContext.MulticlassClassification.Evaluate(scored).MicroAccuracy);
        using var engine = _mlContext.Model.CreatePredictionEngine<ImageRow, ImagePrediction>(model);
        AssertNothing([.. folder.Rows.Skip(18).Select(engine.Predict)]);
        CollectionAssert.AreEqual(predictions[0].Score, engine.Predict(folder.Rows[0]).Score);
    }

    [TestMethod]
    public void TheImageOfSuchARowIsEmptyInTheScoredData()
    {
        using var folder = new ImageFolder(imagesPerClass: 3);
        var model = Pipeline(folder, Options(), asImages: false).Fit(folder.Load(_mlContext));
        folder.AddRow("disc", "missing.png");

        var images = model.Transform(folder.Load(_mlContext));

        using var cursor = images.GetRowCursor(images.Schema["Score"], images.Schema["Image"]);
        var getImage = cursor.GetGetter<VBuffer<byte>>(images.Schema["Image"]);
        VBuffer<byte> image = default;
        for (var row = 0; cursor.MoveNext(); row++)
        {
            getImage(ref image);
            Assert.AreEqual(row == 9 ? 0 : new FileInfo(Path.Combine(folder.Path, folder.Rows[row].ImagePath)).Length, image.Length);
        }
    }

    [TestMethod]
    public void WhatLoadImagesCannotDecodeIsSkippedAndScoresNaN()
    {
        using var folder = new ImageFolder(imagesPerClass: 4);
        folder.Add("disc", "text.jpg", "This is no photo."u8.ToArray());
        folder.Add("disc", "empty.jpg", []);

        var model = Pipeline(folder, Options(), asImages: true).Fit(folder.Load(_mlContext));

        CollectionAssert.AreEqual(
            new long[] { 12, 13 }
                .Select(row => Skipped(ImageClassificationDataset.Train, row, "not an image in a format that ML.NET can read")).ToArray(),
            _skipped);
        AssertNothing(
            _mlContext.Data.CreateEnumerable<ImagePrediction>(model.Transform(folder.Load(_mlContext)), reuseRowObject: false)
                .Skip(12).ToList());
    }

    [TestMethod]
    [DataRow("split")]
    [DataRow("take")]
    [DataRow("filter")]
    [DataRow("select")]
    [DataRow("mapping")]
    [DataRow("stratified split")]
    [DataRow("stratified split of images")]
    [DataRow("fold")]
    [DataRow("stratified split of a split")]
    [DataRow("split of a stratified split")]
    public void TheyAreSkippedBehindStepsThatDoNotReadAhead(string step)
    {
        using var folder = new ImageFolder(imagesPerClass: 30);
        using var unreadable = new UnreadableFiles(folder);
        var asImages = step.EndsWith("images", StringComparison.Ordinal);
        var loaded = Loading(folder, asImages).Fit(folder.Load(_mlContext)).Transform(folder.Load(_mlContext));
        var data = step switch
        {
            "split" => _mlContext.Data.TrainTestSplit(loaded, 0.01).TrainSet,
            "stratified split" or "stratified split of images" =>
                _mlContext.Data.StratifiedTrainTestSplit(loaded, testFraction: 0.01).TrainSet,
            "fold" => _mlContext.Data.StratifiedCrossValidationSplit(loaded, numberOfFolds: 30)[0].TrainSet,
            "stratified split of a split" => _mlContext.Data.StratifiedTrainTestSplit(
                _mlContext.Data.TrainTestSplit(loaded, 0.01).TrainSet, testFraction: 0.01).TrainSet,
            "split of a stratified split" => _mlContext.Data.TrainTestSplit(
                _mlContext.Data.StratifiedTrainTestSplit(loaded, testFraction: 0.01).TrainSet, 0.01).TrainSet,
            "filter" => _mlContext.Data.FilterRowsByKeyColumnFraction(loaded, "Label"),
            "take" => _mlContext.Data.TakeRows(loaded, 96),
            "select" => _mlContext.Transforms.SelectColumns("Label", "Image").Fit(loaded).Transform(loaded),
            _ => _mlContext.Transforms.CustomMapping<Nothing, Nothing>((_, _) => { }, null).Fit(loaded).Transform(loaded),
        };

        var model = _mlContext.MulticlassClassification.Trainers.TorchImageClassification(Options()).Fit(data);

        // The split may have left out some.
        var isSplit = step == "fold" || step.Contains("split", StringComparison.Ordinal);
        Assert.IsTrue(_skipped.Count == 6 || (isSplit && _skipped.Count > 2), $"{_skipped.Count}");
        if (asImages)
        {
            return;
        }

        var scores = model.Transform(data).GetColumn<float[]>("Score").ToList();
        CollectionAssert.AreEqual(
            _skipped.Select(image => (int)image.Row).ToList(),
            Enumerable.Range(0, scores.Count).Where(row => float.IsNaN(scores[row][0])).ToList());
    }

    [TestMethod]
    [DataRow("shuffle")]
    [DataRow("cache")]
    public void BehindAStepThatReadsAheadTheErrorSaysWhatToDo(string step)
    {
        using var folder = new ImageFolder(imagesPerClass: 4);
        var missing = folder.AddRow("disc", "missing.png");
        var loaded = Loading(folder, asImages: false).Fit(folder.Load(_mlContext)).Transform(folder.Load(_mlContext));
        var data = step switch
        {
            "shuffle" => _mlContext.Data.ShuffleRows(loaded),
            _ => _mlContext.Data.Cache(loaded, "Label", "Image"),
        };

        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => _mlContext.MulticlassClassification.Trainers.TorchImageClassification(Options()).Fit(data));

        Assert.MatchesRegex(
            @"^Row \d+ \(Train\), or one after it, has no image that can be used: the image cannot be read: Could not find file '",
            error.Message);
        Assert.Contains(missing, error.Message);
        Assert.EndsWith(
            "A step between the loading of files and the trainer (ShuffleRows or Cache, for example) reads ahead, " +
            "and fails as a whole: put it before the loading.",
            error.Message);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void AnErrorOfAProgramIsNotHidden(bool isScored)
    {
        var images = _mlContext.Data.LoadFromEnumerable(TestPipeline.Images(9));
        var mapping = _mlContext.Transforms.CustomMapping<InMemoryImage, Mapped>(
            (_, mapped) => mapped.Image = File.ReadAllBytes(null!), null);
        var model = TestPipeline.FromMemory(_mlContext, Options()).Fit(images);
        var mapped = mapping.Fit(images).Transform(images);

        var error = Assert.Throws<Exception>(
            () => isScored
                ? model.Transform(mapped).GetColumn<float[]>("Score").ToList()
                : (object)TestPipeline.FromMemory(_mlContext, Options()).Fit(mapped));

        Assert.IsInstanceOfType<ArgumentNullException>(error.GetBaseException());
        Assert.IsEmpty(_skipped);
    }

    /// <summary>.NET cannot say such a name, so that it finds no file when it opens what it listed.</summary>
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void AFileWhoseNameIsNotUtf8IsSkipped()
    {
        using var folder = new ImageFolder(imagesPerClass: 4);
        Shell(folder, @"cp 000.png $'\xff.png'");
        var listed = Directory.GetFiles(Path.Combine(folder.Path, "disc")).Single(path => Path.GetFileName(path)[0] > 127);
        folder.AddRow("disc", Path.GetFileName(listed));

        try
        {
            Pipeline(folder, Options(), asImages: false).Fit(folder.Load(_mlContext));
        }
        finally
        {
            // .NET cannot delete it either.
            Shell(folder, @"rm $'\xff.png'");
        }

        Assert.AreEqual(
            Skipped(ImageClassificationDataset.Train, 12, $"the image cannot be read: Could not find file '{listed}'"), _skipped.Single());
    }

    /// <summary>The program of ten lines that a user starts with.</summary>
    [TestMethod]
    public void AFolderWithBadFilesTrains()
    {
        using var folder = new ImageFolder(imagesPerClass: 5, classes: 2);
        folder.Add("stripes", "only.png", TestImages.Encode("stripes", 0));
        var missing = folder.AddRow("disc", "missing.png");
        var dangling = folder.AddRow("square", "dangling.png");
        File.CreateSymbolicLink(dangling, folder.Path + "/nowhere.png");
        var unreadable = folder.AddRow("square", "unreadable.png");
        Directory.CreateDirectory(unreadable);

        var (exitCode, output) = ChildProcess.TrainOnFolder(folder.Path, folder.Rows.Select(row => row.ImagePath));

        Assert.AreEqual(0, exitCode, output);
        Assert.Contains("Skipped 3 of 14 images in column 'Image' (Train)", output);
        Assert.Contains($"row 11: the image cannot be read: Could not find file '{missing}'", output);
        Assert.Contains($"row 12: the image cannot be read: Could not find file '{dangling}'", output);
        Assert.Contains($"row 13: the image cannot be read: Access to the path '{unreadable}' is denied", output);
        Assert.Contains(
            "stripes", output.Split(Environment.NewLine).Single(line => line.Contains("single training image", StringComparison.Ordinal)));
    }

    private static void Shell(ImageFolder folder, string command) =>
        Assert.AreEqual(0, CommandRun.Of("/bin/bash", ["-c", command], Path.Combine(folder.Path, "disc")).ExitCode);

    private void AssertSkipped(UnreadableFiles unreadable, ImageClassificationDataset dataset, long first) =>
        CollectionAssert.AreEqual(
            unreadable.Reasons.Select((reason, i) => Skipped(dataset, first + i, $"the image cannot be read: {reason}")).ToArray(),
            _skipped);

    private static void AssertNothing(List<ImagePrediction> predictions)
    {
        foreach (var prediction in predictions)
        {
            Assert.IsTrue(prediction.Score.All(float.IsNaN));
            Assert.AreEqual("", prediction.PredictedLabel);
        }
    }

    private TorchImageClassificationTrainer.Options Options(Action<StepMetrics>? stepCallback = null)
    {
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Skipped = _skipped.Add }];
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = stepCallback }];
        return options;
    }

    private EstimatorChain<ITransformer> Loading(ImageFolder folder, bool asImages) =>
        new EstimatorChain<ITransformer>()
            .Append(_mlContext.Transforms.Conversion.MapValueToKey(
                "Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue))
            .Append<ITransformer>(asImages
                ? _mlContext.Transforms.LoadImages("Image", folder.Path, nameof(ImageRow.ImagePath))
                : _mlContext.Transforms.LoadRawImageBytes("Image", folder.Path, nameof(ImageRow.ImagePath)));

    private EstimatorChain<Microsoft.ML.Transforms.KeyToValueMappingTransformer> Pipeline(
        ImageFolder folder, TorchImageClassificationTrainer.Options options, bool asImages) =>
        Loading(folder, asImages)
            .Append(_mlContext.MulticlassClassification.Trainers.TorchImageClassification(options))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    private sealed class Nothing;

    private sealed class Mapped
    {
        public byte[] Image { get; set; } = [];
    }

    private static SkippedImage Skipped(ImageClassificationDataset dataset, long row, string reason) =>
        new() { DatasetUsed = dataset, Row = row, Reason = reason };
}
