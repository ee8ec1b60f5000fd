using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Images.Caching;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Images.Decoding;

/// <summary>Columns of ML.NET's own images in place of encoded ones.</summary>
[TestClass]
public sealed class ImageColumnTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    [DataRow(MLPixelFormat.Rgba32)]
    [DataRow(MLPixelFormat.Bgra32)]
    public void BothOrdersOfColoursAreRead(MLPixelFormat format)
    {
        byte[] pixels = [.. EncodedImages.FourColors.SelectMany(color => format == MLPixelFormat.Rgba32
            ? new byte[] { color.Red, color.Green, color.Blue, 40 }
            : [color.Blue, color.Green, color.Red, 40])];
        using var image = MLImage.CreateFromPixels(2, 2, format, pixels);
        var data = _mlContext.Data.LoadFromEnumerable([new Picture { Image = image }]);
        using var cursor = data.GetRowCursor(data.Schema);
        cursor.MoveNext();

        var input = ImageColumn.Create(cursor, data.Schema["Image"]).Read();

        CollectionAssert.AreEqual(
            TestSets.Decode(new ImageInput(EncodedImages.Encode(EncodedImages.FourColors, 2)), size: 2), TestSets.Decode(input, size: 2));
    }

    [TestMethod]
    [DataRow(ImageCacheMode.Auto)]
    [DataRow(ImageCacheMode.None)]
    public void TrainingOnThemIsTrainingOnTheEncodedImages(ImageCacheMode mode)
    {
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Images.CacheMode = mode;
        var encoded = _mlContext.Data.LoadFromEnumerable(TestPipeline.Images(20));
        var pictures = _mlContext.Data.LoadFromEnumerable(Pictures(20));

        var model = TestPipeline.FromMemory(_mlContext, options).Fit(pictures);

        var expected = TestPipeline.Scores(TestPipeline.FromMemory(_mlContext, options).Fit(encoded), encoded);
        CollectionAssert.AreEqual(expected, TestPipeline.Scores(model, pictures));
        using var engine = _mlContext.Model.CreatePredictionEngine<Picture, ImagePrediction>(model);
        CollectionAssert.AreEqual(expected[..3], engine.Predict(Pictures(1)[0]).Score);
    }

    [TestMethod]
    public void FilesThatLoadImagesReadsAreTrainedOn()
    {
        using var folder = new ImageFolder(imagesPerClass: 6);
        var data = folder.Load(_mlContext);
        var options = TestPipeline.QuickOptions(epochs: 1);
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.LoadImages("Image", folder.Path, nameof(ImageRow.ImagePath)))
            .Append(_mlContext.MulticlassClassification.Trainers.TorchImageClassification(options))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var scores = TestPipeline.Scores(pipeline.Fit(data), data);

        CollectionAssert.AreEqual(TestPipeline.Scores(TestPipeline.FromFiles(_mlContext, folder, options).Fit(data), data), scores);
        Assert.IsNotNull(
            pipeline.GetOutputSchema(SchemaShape.Create(data.Schema)).FirstOrDefault(column => column.Name == "PredictedLabel"));
    }

    [TestMethod]
    public void ASavedModelScoresTheSame()
    {
        var data = _mlContext.Data.LoadFromEnumerable(Pictures(12));
        var model = TestPipeline.FromMemory(_mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(data);
        var expected = TestPipeline.Scores(model, data);
        using var stream = new MemoryStream();
        _mlContext.Model.Save(model, data.Schema, stream);
        stream.Position = 0;

        var loaded = _mlContext.Model.Load(stream, out _);

        CollectionAssert.AreEqual(expected, TestPipeline.Scores(loaded, data));
        using var engine = _mlContext.Model.CreatePredictionEngine<Picture, ImagePrediction>(loaded);
        CollectionAssert.AreEqual(expected[..3], engine.Predict(Pictures(1)[0]).Score);
        using var other = MLImage.CreateFromStream(new MemoryStream(TestImages.Encode("disc", 1, size: 50)));
        Assert.IsTrue(
            TestPipeline.Scores(loaded, _mlContext.Data.LoadFromEnumerable([new AnyPicture { Image = other }])).All(float.IsFinite));
        CollectionAssert.Contains(TestImages.Classes, engine.Predict(Pictures(1)[0]).PredictedLabel);
    }

    [TestMethod]
    public void AModelTrainedOnEncodedImagesScoresThemToo()
    {
        var encoded = _mlContext.Data.LoadFromEnumerable(TestPipeline.Images(12));
        var pictures = _mlContext.Data.LoadFromEnumerable(Pictures(12));
        var model = TestPipeline.FromMemory(_mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(encoded);

        // ML.NET's chains insist on the type that was trained on, so this is the transformer alone.
        var transformer = TestPipeline.Classifier(model);
        CollectionAssert.AreEqual(TestPipeline.Scores(model, encoded), TestPipeline.Scores(transformer, pictures));
    }

    [TestMethod]
    public void AMissingOrDisposedImageIsSkippedAndScoresNaN()
    {
        var pictures = Pictures(9);
        pictures[2].Image = null;
        pictures[5].Image!.Dispose();
        var skipped = new List<SkippedImage>();
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Skipped = skipped.Add }];
        var data = _mlContext.Data.LoadFromEnumerable(pictures);

        var scores = TestPipeline.Scores(TestPipeline.FromMemory(_mlContext, options).Fit(data), data);

        CollectionAssert.AreEqual(
            new[]
            {
                new SkippedImage { DatasetUsed = ImageClassificationDataset.Train, Row = 2, Reason = "the image is empty" },
                new SkippedImage { DatasetUsed = ImageClassificationDataset.Train, Row = 5, Reason = "the image is empty" },
            },
            skipped);
        CollectionAssert.AreEqual(
            new[] { 6, 7, 8, 15, 16, 17 }, Enumerable.Range(0, scores.Length).Where(i => float.IsNaN(scores[i])).ToArray());
    }

    [TestMethod]
    public void AColumnOfAnotherTypeIsRefusedAndBothTypesNamed()
    {
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.FeatureColumnName = "Text";
        var data = _mlContext.Data.LoadFromEnumerable(Pictures(3));
        var pipeline = TestPipeline.FromMemory(_mlContext, options);
        const string Expected =
            "Schema mismatch for feature column 'Text': " +
            "expected a variable-size vector of Byte (encoded images) or Image (MLImage), got String";

        Assert.StartsWith(Expected, Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => pipeline.Fit(data)).Message);
        Assert.StartsWith(
            Expected,
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => pipeline.GetOutputSchema(SchemaShape.Create(data.Schema))).Message);
    }

    private static List<Picture> Pictures(int count) =>
        [.. TestPipeline.Images(count)
            .Select(image => new Picture { Image = MLImage.CreateFromStream(new MemoryStream(image.Image)), Label = image.Label })];

    private sealed class AnyPicture
    {
        [ImageType(50, 50)]
        public MLImage? Image { get; set; }

        public string? Label { get; set; } = "";
    }

    private sealed class Picture
    {
        [ImageType(24, 24)]
        public MLImage? Image { get; set; }

        public string? Label { get; set; } = "";

        public string Text { get; set; } = "";
    }
}
