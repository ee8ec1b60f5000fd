using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class BadInputTests
{
    [TestMethod]
    public void BadImagesAreSkippedCountedAndReported()
    {
        var mlContext = new MLContext(seed: 1);
        using var folder = new ImageFolder(imagesPerClass: 4);
        var good = folder.Rows.Count;
        folder.Add("disc", "truncated.png", TestImages.Encode("disc", 1)[..100]);
        folder.Add("disc", "corrupt.png", [.. TestImages.Encode("disc", 1).Take(60), .. new byte[200]]);
        folder.Add("square", "empty.png", []);
        folder.Add("square", "text.jpg", Encoding.UTF8.GetBytes("This is no photo."));
        var skipped = new List<SkippedImage>();
        var warnings = new List<string>();
        mlContext.Log += (_, e) =>
        {
            if (e.IsWarning())
            {
                warnings.Add(e.RawMessage);
            }
        };
        var trained = 0;
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Skipped = skipped.Add }];
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = _ => trained++ }];

        TestPipeline.FromFiles(mlContext, folder, options).Fit(folder.Load(mlContext));

        CollectionAssert.AreEqual(new long[] { good, good + 1, good + 2, good + 3 }, skipped.Select(image => image.Row).ToArray());
        Assert.AreEqual("the image is truncated", skipped[0].Reason);
        Assert.AreEqual("the image is empty", skipped[2].Reason);
        Assert.StartsWith("not an image in a format that can be read", skipped[3].Reason);
        Assert.AreEqual(2, trained);
        Assert.ContainsSingle(warnings);
        Assert.StartsWith("Skipped 4 of 16 images in column 'Image' (Train): row 12: the image is truncated; row 13: ", warnings[0]);
    }

    [TestMethod]
    public void AllImagesBadIsAnError()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(
            new[] { "a", "b" }.Select(label => new InMemoryImage { Image = [1, 2, 3], Label = label }));

        var error = Assert.Throws<InvalidOperationException>(
            () => TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions()).Fit(data));

        Assert.StartsWith("None of the 2 images in column 'Image' (Train) can be used. Row 0: not an image", error.Message);
    }

    [TestMethod]
    public void AnUndecodableImageScoresNaNAndPredictsNothing()
    {
        var mlContext = new MLContext(seed: 1);
        var model = TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 1))
            .Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6)));
        using var engine = mlContext.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>(model);

        var bad = engine.Predict(new InMemoryImage { Image = [1, 2, 3] });
        var good = engine.Predict(TestPipeline.Images(1)[0]);

        CollectionAssert.AreEqual(new[] { float.NaN, float.NaN, float.NaN }, bad.Score);
        Assert.AreEqual("", bad.PredictedLabel);
        Assert.IsTrue(good.Score.All(float.IsFinite));
    }

    [TestMethod]
    public void AnUndecodableImageHasTheLabelThatMLNetsTrainersGiveWhereThereIsNoScore()
    {
        var mlContext = new MLContext(seed: 1);
        var points = mlContext.Data.LoadFromEnumerable(
            TestImages.Classes.Select((label, i) => new Point { Features = [i, 1 - i], Label = label }));
        var theirs = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("Word", "PredictedLabel"))
            .Fit(points)
            .Transform(mlContext.Data.LoadFromEnumerable([new Point { Features = [float.NaN, 0] }]));
        var options = TestPipeline.QuickOptions(epochs: 1);
        var ours = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(options))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("Word", "PredictedLabel"))
            .Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6)))
            .Transform(mlContext.Data.LoadFromEnumerable([new InMemoryImage { Image = [1, 2, 3] }]));

        foreach (var scored in new[] { theirs, ours })
        {
            Assert.IsTrue(scored.GetColumn<float[]>("Score").Single().All(float.IsNaN));
            Assert.AreEqual(0u, scored.GetColumn<uint>("PredictedLabel").Single());
            Assert.AreEqual("", scored.GetColumn<string>("Word").Single());
        }
    }

    [TestMethod]
    public void NoLabelIsZeroOrNaNWhereLabelsAreNumbers()
    {
        var mlContext = new MLContext(seed: 1);
        var images = mlContext.Data.LoadFromEnumerable(
            TestPipeline.Images(6).Select((image, i) => new Rated { Image = image.Image, Stars = 1 + (i % 3), Rate = 0.5f + (i % 3) }));
        var bad = mlContext.Data.LoadFromEnumerable([new Rated { Image = [1, 2, 3] }]);

        Assert.AreEqual(0, Predicted<int>(nameof(Rated.Stars)));
        Assert.AreEqual(float.NaN, Predicted<float>(nameof(Rated.Rate)));

        T Predicted<T>(string column) => mlContext.Transforms.Conversion.MapValueToKey("Label", column)
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(TestPipeline.QuickOptions(epochs: 1)))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(images)
            .Transform(bad)
            .GetColumn<T>("PredictedLabel")
            .Single();
    }

    [TestMethod]
    public void OneClassIsAnError()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(4, classes: 1));

        var error = Assert.Throws<ArgumentException>(() => TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions()).Fit(data));

        Assert.StartsWith("The label column 'Label' has only one class; image classification needs at least two.", error.Message);
    }

    [TestMethod]
    public void MoreClassesThanAModelFileMayHaveAreRefusedBeforeTraining()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(new[] { new ManyClasses { Label = 1 } });

        var error = Assert.Throws<ArgumentException>(
            () => mlContext.MulticlassClassification.Trainers.TorchImageClassification(TestPipeline.QuickOptions()).Fit(data));

        Assert.StartsWith("The label column 'Label' has 1048577 classes; a model has at most 1048576.", error.Message);
    }

    [TestMethod]
    public void ABatchLargerThanTheDataIsAllOfIt()
    {
        Assert.AreEqual(Weights(batchSize: 20), Weights(int.MaxValue));

        static string Weights(int batchSize)
        {
            var options = QuickRun.QuickOptions();
            options.BatchSize = batchSize;
            var run = QuickRun.Train(options);
            Assert.IsTrue(run.Steps.All(step => step.BatchSize == 15 && step.Step.StepsPerEpoch == 1));
            Assert.HasCount(QuickRun.Epochs, run.Steps);
            return run.Weights;
        }
    }

    [TestMethod]
    public void ABatchThatMemoryCannotHoldIsRefusedBeforeTraining() => Assert.StartsWith(
        "BatchSize is 2147483647, which memory cannot hold: 2 batches of 20 images to train on, " +
        "each image 12,582,912 bytes (1024×1024 pixels), are 503,316,480 bytes, and this process may have 314,572,800.",
        ChildProcess.TrainOnLargeBatch(available: 300 << 20));

    /// <summary>Trains with batches of 20 images of 1024 × 1024 pixels, and writes the error.</summary>
    public static void RunLargeBatch()
    {
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Images.Size = 1024;
        options.BatchSize = int.MaxValue;
        options.Images.CacheMode = ImageCacheMode.Disk;
        var mlContext = new MLContext(seed: 1);
        try
        {
            TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(20)));
        }
        catch (InvalidOperationException e)
        {
            Console.WriteLine(e.Message);
        }
    }

    [TestMethod]
    public void AMissingFeatureColumnIsNamed()
    {
        var mlContext = new MLContext(seed: 1);
        var options = TestPipeline.QuickOptions();
        options.FeatureColumnName = "Photo";

        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(4))));

        Assert.Contains("Could not find feature column 'Photo'", error.Message);
    }

    [TestMethod]
    public void AMissingLabelColumnIsNamed()
    {
        var mlContext = new MLContext(seed: 1);
        var options = TestPipeline.QuickOptions();
        options.LabelColumnName = "Kind";

        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(4))));

        Assert.Contains("Could not find label column 'Kind'", error.Message);
    }

    [TestMethod]
    public void ALabelThatIsNoKeyIsRefused()
    {
        var mlContext = new MLContext(seed: 1);
        var trainer = mlContext.MulticlassClassification.Trainers.TorchImageClassification(TestPipeline.QuickOptions());

        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => trainer.Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(4))));

        Assert.Contains("Schema mismatch for label column 'Label': expected Key<UInt32>, got String", error.Message);
    }

    [TestMethod]
    public void RowsWithoutALabelAreSkipped()
    {
        var mlContext = new MLContext(seed: 1);
        var images = TestPipeline.Images(9);
        images.Insert(4, new InMemoryImage { Image = images[0].Image, Label = null });
        var skipped = new List<SkippedImage>();
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Skipped = skipped.Add }];

        TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(images));

        Assert.ContainsSingle(skipped);
        Assert.AreEqual(
            new SkippedImage { DatasetUsed = ImageClassificationDataset.Train, Row = 4, Reason = "the label is missing" }, skipped[0]);
    }

    [TestMethod]
    public void NoRowsIsAnError()
    {
        var mlContext = new MLContext(seed: 1);
        var labels = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(3));
        var toKey = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(labels);
        var nothing = toKey.Transform(mlContext.Data.LoadFromEnumerable(new List<InMemoryImage>()));

        var error = Assert.Throws<InvalidOperationException>(
            () => mlContext.MulticlassClassification.Trainers.TorchImageClassification(TestPipeline.QuickOptions()).Fit(nothing));

        Assert.StartsWith("There are no images: the data (Train) has no rows.", error.Message);
    }

    private sealed class ManyClasses
    {
        public byte[] Image { get; set; } = [];

        [KeyType((1 << 20) + 1)]
        public uint Label { get; set; }
    }

    private sealed class Rated
    {
        public byte[] Image { get; set; } = [];

        public int Stars { get; set; }

        public float Rate { get; set; }
    }

    private sealed class Point
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public string? Label { get; set; }
    }
}
