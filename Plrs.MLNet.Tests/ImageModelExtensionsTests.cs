using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests;

/// <summary>Models for where they are used: images in memory, and other limits.</summary>
[TestClass]
public sealed class ImageModelExtensionsTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void AModelTrainedOnPathsScoresBytesTheSame()
    {
        using var folder = new ImageFolder(imagesPerClass: 6);
        using var files = new TemporaryFolder();
        var path = files.File("model.zip");
        var images = folder.Load(_mlContext);
        _mlContext.Model.Save(TestPipeline.FromFiles(_mlContext, folder, TestPipeline.QuickOptions()).Fit(images), images.Schema, path);
        var fresh = new MLContext();
        var model = fresh.Model.Load(path, out _);

        var inMemory = fresh.Model.Load(path, out _).ForImagesInMemory();

        using var byPath = fresh.Model.CreatePredictionEngine<ImageRow, ImagePrediction>(model);
        using var byBytes = fresh.Model.CreatePredictionEngine<Upload, ImagePrediction>(inMemory);
        var expected = new List<string>();
        foreach (var row in folder.Rows)
        {
            expected.Add(ChildProcess.Format(byPath.Predict(row)));
            Assert.AreEqual(
                expected[^1],
                ChildProcess.Format(byBytes.Predict(new Upload { Image = File.ReadAllBytes(Path.Combine(folder.Path, row.ImagePath)) })));
        }

        Assert.IsGreaterThan(1, expected.Select(line => line.Split(' ')[0]).Distinct().Count());
        Assert.IsTrue(expected.TrueForAll(line => TestImages.Classes.Contains(line.Split(' ')[0])));

        // As a data set, too, and saved for a program that knows nothing of paths.
        var uploads = fresh.Data.LoadFromEnumerable(
            folder.Rows.Select(row => new Upload { Image = File.ReadAllBytes(Path.Combine(folder.Path, row.ImagePath)) }));
        CollectionAssert.AreEqual(TestPipeline.Scores(model, images), TestPipeline.Scores(inMemory, uploads));
        fresh.Model.Save(inMemory, uploads.Schema, files.File("uploads.zip"));
        CollectionAssert.AreEqual(
            expected,
            ChildProcess.PredictInFreshProcess(
                files.File("uploads.zip"), folder.Rows.Select(row => Path.Combine(folder.Path, row.ImagePath))));
    }

    [TestMethod]
    public void AModelTrainedOnLoadImagesTakesThem()
    {
        using var folder = new ImageFolder(imagesPerClass: 4);
        var images = folder.Load(_mlContext);
        var model = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.LoadImages("Image", folder.Path, nameof(ImageRow.ImagePath)))
            .Append(_mlContext.MulticlassClassification.Trainers.TorchImageClassification(TestPipeline.QuickOptions(epochs: 1)))
            .Fit(images);
        var pictures = _mlContext.Data.LoadFromEnumerable(
            folder.Rows.Select(row => new Picture { Image = MLImage.CreateFromFile(Path.Combine(folder.Path, row.ImagePath)) }));

        CollectionAssert.AreEqual(TestPipeline.Scores(model, images), TestPipeline.Scores(model.ForImagesInMemory(), pictures));
    }

    [TestMethod]
    public void StepsThatChangeImagesAreRefusedByName()
    {
        using var folder = new ImageFolder(imagesPerClass: 3);
        var loading = _mlContext.Transforms.Conversion.MapValueToKey("Label").Append(
            _mlContext.Transforms.LoadImages("Image", folder.Path, nameof(ImageRow.ImagePath)));
        var trainer = _mlContext.MulticlassClassification.Trainers.TorchImageClassification(TestPipeline.QuickOptions(epochs: 1));
        var resized = loading.Append(_mlContext.Transforms.ConvertToGrayscale("Image")).Append(trainer).Fit(folder.Load(_mlContext));
        var mapped = loading.Append(_mlContext.Transforms.CustomMapping<Pathed, Pathed>((_, _) => { }, null)).Append(trainer).Fit(
            folder.Load(_mlContext));
        var selected = loading.Append(_mlContext.Transforms.DropColumns("ImagePath")).Append(trainer).Fit(folder.Load(_mlContext));

        const string Message = "The model cannot be made one for images in memory: " +
            "its step {0} comes before the classifier and may change the column 'Image' of images. ";
        Assert.StartsWith(
            Message.Replace("{0}", "ImageGrayscalingTransformer"),
            Assert.ThrowsExactly<InvalidOperationException>(() => resized.ForImagesInMemory()).Message);
        Assert.StartsWith(
            Message.Replace("{0}", "CustomMappingTransformer`2"),
            Assert.ThrowsExactly<InvalidOperationException>(() => mapped.ForImagesInMemory()).Message);
        Assert.IsNotNull(selected.ForImagesInMemory());
    }

    [TestMethod]
    public void WhoHostsAModelLimitsTheImagesPixels()
    {
        var images = _mlContext.Data.LoadFromEnumerable(TestPipeline.Images(9));
        using var model = TestPipeline.FromMemory(_mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(images);
        var expected = TestPipeline.Scores(model, images);

        var limited = model.WithMaximumImagePixels(24 * 24);
        var stricter = limited.WithMaximumImagePixels((24 * 24) - 1);

        CollectionAssert.AreEqual(expected, TestPipeline.Scores(limited, images));
        Assert.IsTrue(TestPipeline.Scores(stricter, images).All(float.IsNaN));
        Assert.AreEqual(
            "",
            _mlContext.Data.CreateEnumerable<ImagePrediction>(stricter.Transform(images), reuseRowObject: false).First().PredictedLabel);
        Assert.AreEqual(1L << 27, TestPipeline.Model(model).MaximumImagePixels);
        Assert.AreEqual(575L, TestPipeline.Model(stricter).MaximumImagePixels);

        // It can be raised again, to what one buffer holds, is saved, and stands for itself.
        ((IDisposable)limited).Dispose();
        CollectionAssert.AreEqual(expected, TestPipeline.Scores(stricter.WithMaximumImagePixels(1 << 29), images));
        using var stream = new MemoryStream();
        _mlContext.Model.Save(stricter, images.Schema, stream);
        stream.Position = 0;
        Assert.AreEqual(575L, TestPipeline.Model(_mlContext.Model.Load(stream, out _)).MaximumImagePixels);
        CollectionAssert.AreEqual(expected, TestPipeline.Scores(model, images));
        Assert.ThrowsExactly<ObjectDisposedException>(() => limited.WithMaximumImagePixels(1));
    }

    [TestMethod]
    public void ALimitHoldsForMLNetsImagesTrainedModelsAndNestedChains()
    {
        var images = _mlContext.Data.LoadFromEnumerable(TestPipeline.Images(9));
        var nested = new EstimatorChain<ITransformer>().Append(TestPipeline.FromMemory(_mlContext, TestPipeline.QuickOptions(epochs: 1)))
            .Fit(images);
        Assert.IsTrue(TestPipeline.Scores(nested.WithMaximumImagePixels(1), images).All(float.IsNaN));
        Assert.HasCount(1, nested.WithMaximumImagePixels(1) as IEnumerable<ITransformer> ?? []);
        var upload = _mlContext.Data.LoadFromEnumerable(TestPipeline.Images(9).Select(image => new Upload { Image = image.Image }));
        CollectionAssert.AreEqual(TestPipeline.Scores(nested, images), TestPipeline.Scores(nested.ForImagesInMemory(), upload));
        Assert.IsTrue(TestPipeline.Scores(nested.ForImagesInMemory().WithMaximumImagePixels(1), upload).All(float.IsNaN));

        // Pixels that ML.NET has decoded are no claim, and not limited.
        using var folder = new ImageFolder(imagesPerClass: 3);
        var model = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.LoadImages("Image", folder.Path, nameof(ImageRow.ImagePath)))
            .Append(_mlContext.MulticlassClassification.Trainers.TorchImageClassification(TestPipeline.QuickOptions(epochs: 1)))
            .Fit(folder.Load(_mlContext));
        CollectionAssert.AreEqual(
            TestPipeline.Scores(model, folder.Load(_mlContext)),
            TestPipeline.Scores(model.WithMaximumImagePixels(1), folder.Load(_mlContext)));
    }

    [TestMethod]
    [DataRow(0L)]
    [DataRow(-1L)]
    [DataRow((1L << 29) + 1)]
    public void ALimitOutOfRangeIsRefused(long pixels)
    {
        var model = new TransformerChain<ITransformer>();

        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.WithMaximumImagePixels(pixels));

        Assert.StartsWith($"maximumImagePixels is {pixels}; it must be from 1 to 536870912.", error.Message);
        Assert.AreEqual("maximumImagePixels", error.ParamName);
    }

    [TestMethod]
    public void AModelWithoutOrWithSeveralClassifiersIsRefused()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6));
        var toKey = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data);
        var options = TestPipeline.QuickOptions(epochs: 1);
        var first = TestPipeline.FromMemory(_mlContext, options).Fit(data);
        var twice = first.Append(TestPipeline.Classifier(first));

        const string None = "The model has no TorchImageClassificationTransformer; its steps are: ValueToKeyMappingTransformer.";
        Assert.AreEqual(None, Assert.ThrowsExactly<InvalidOperationException>(() => toKey.WithMaximumImagePixels(1)).Message);
        Assert.AreEqual(None, Assert.ThrowsExactly<InvalidOperationException>(() => toKey.ForImagesInMemory()).Message);
        Assert.StartsWith(
            "The model has 2 TorchImageClassificationTransformers, not one; its steps are: ",
            Assert.ThrowsExactly<InvalidOperationException>(() => twice.ForImagesInMemory()).Message);
    }

    private sealed class Upload
    {
        public byte[] Image { get; set; } = [];
    }

    private sealed class Pathed
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class Picture
    {
        [Microsoft.ML.Transforms.Image.ImageType(24, 24)]
        public MLImage? Image { get; set; }
    }
}
