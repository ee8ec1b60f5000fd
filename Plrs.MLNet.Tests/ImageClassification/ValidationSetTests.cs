using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>Validation data with a key mapping of its own, or with other columns.</summary>
[TestClass]
public sealed class ValidationSetTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void ClassesInAnotherOrderAreMappedByName()
    {
        var images = TestPipeline.Images(12);
        var same = Validation(Keys(images, images));
        var reversed = Validation(Keys(images, Enumerable.Reverse(images)));

        Assert.AreEqual(string.Join(' ', same), string.Join(' ', reversed));
        Assert.IsGreaterThan(0.9f, same[^1].Accuracy, "figures of chance would not tell");
    }

    [TestMethod]
    public void FewerClassesAreMappedByNameToo()
    {
        var images = TestPipeline.Images(12);
        var two = images.Where(image => image.Label != TestImages.Classes[0]).ToList();

        Assert.AreEqual(string.Join(' ', Validation(Keys(two, images))), string.Join(' ', Validation(Keys(two, two))));
    }

    [TestMethod]
    public void KeysOfNumbersAreComparedByTheirValues()
    {
        var images = TestPipeline.Images(4).Select((image, i) => new Numbered { Image = image.Image, Label = 10 * (i % 2) }).ToList();
        var train = _mlContext.Data.LoadFromEnumerable(images);
        var reversed = _mlContext.Data.LoadFromEnumerable(Enumerable.Reverse(images));
        var toKey = _mlContext.Transforms.Conversion.MapValueToKey("Label");
        var map = ClassesOf(toKey.Fit(train).Transform(train), toKey.Fit(reversed).Transform(reversed));

        CollectionAssert.AreEqual(new[] { 1, 0 }, map);
    }

    [TestMethod]
    public void AClassThatTrainingDoesNotHaveIsRefusedBeforeImagesAreLoaded()
    {
        var images = TestPipeline.Images(6);
        var skipped = 0;
        var options = TestPipeline.QuickOptions();
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Skipped = _ => skipped++ }];
        options.ValidationSet = Keys(images, [.. images, new InMemoryImage { Image = [1], Label = "star" }]);
        images[0].Image = [1, 2, 3];

        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => TestPipeline.FromMemory(_mlContext, options).Fit(_mlContext.Data.LoadFromEnumerable(images)));

        var known = string.Join(", ", TestImages.Classes.Take(3).Select(name => $"'{name}'"));
        Assert.StartsWith(
            "The validation data has classes in label column 'Label' that the training data has not: 'star'. " +
            $"Training: {known}; validation: {known}, 'star'.",
            error.Message);
        Assert.AreEqual(0, skipped);
    }

    [TestMethod]
    public void KeysWithoutNamesGoByTheirNumbers()
    {
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, ClassesOf(Raw<Three>(), Raw<Three>()));
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, ClassesOf(Raw<Four>(), Raw<Three>()));
        Assert.StartsWith(
            "The validation data has classes in label column 'Label' that the training data has not: '4'. " +
            "Training: 3 without names; validation: 4 without names.",
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ClassesOf(Raw<Three>(), Raw<Four>())).Message);
        Assert.StartsWith(
            "The classes of label column 'Label' have names in only one of training and validation data, " +
            "so that they cannot be compared. Training: 3 without names; validation: 'disc', ",
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => ClassesOf(Raw<Three>(), Keys(TestPipeline.Images(3), TestPipeline.Images(3)))).Message);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AColumnThatIsMissingOrOfAnotherTypeIsSaidToBeTheValidationDatas(bool asOption)
    {
        var images = TestPipeline.Images(6);
        var good = Keys(images, images);
        var transforms = _mlContext.Transforms;

        AssertRefused("Could not find validation feature column 'Image'", transforms.DropColumns("Image"));
        AssertRefused("Could not find validation label column 'Label'", transforms.DropColumns("Label"));
        AssertRefused(
            "Schema mismatch for validation feature column 'Image': " +
            "expected a variable-size vector of Byte (encoded images) or Image (MLImage), got Key<UInt32>",
            transforms.CopyColumns("Image", "Label"));
        AssertRefused(
            "Schema mismatch for validation label column 'Label': expected Key<UInt32>, got String",
            transforms.Conversion.MapKeyToValue("Label"));

        void AssertRefused(string message, IEstimator<ITransformer> change)
        {
            var validation = change.Fit(good).Transform(good);
            var options = TestPipeline.QuickOptions(epochs: 1);
            options.ValidationSet = asOption ? validation : null;
            var trainer = _mlContext.MulticlassClassification.Trainers.TorchImageClassification(options);

            var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => asOption ? trainer.Fit(good) : trainer.Fit(good, validation));

            Assert.StartsWith(message, error.Message);
        }
    }

    /// <summary>The validation figures of a run whose training data has the classes in the usual order.</summary>
    private static List<ImageClassificationMetrics> Validation(IDataView validation)
    {
        var figures = new List<ImageClassificationMetrics>();
        var mlContext = new MLContext(seed: 1);
        var options = TestPipeline.QuickOptions(epochs: 12);
        options.Schedule = new PlrsSchedule(0.01, 0.02);
        options.ValidationSet = validation;
        options.MetricsCallback = metrics =>
        {
            if (metrics.DatasetUsed == ImageClassificationDataset.Validation)
            {
                figures.Add(metrics with { ImagesPerSecond = 0 });
            }
        };
        TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(30)));
        return figures;
    }

    /// <summary>Images whose classes have the numbers in which they come first in other images.</summary>
    private IDataView Keys(IEnumerable<InMemoryImage> images, IEnumerable<InMemoryImage> order) =>
        _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(_mlContext.Data.LoadFromEnumerable(order)).Transform(
            _mlContext.Data.LoadFromEnumerable(images));

    private IDataView Raw<T>()
        where T : class, new() =>
        _mlContext.Data.LoadFromEnumerable([new T()]);

    private static int[] ClassesOf(IDataView train, IDataView validation) =>
        MLNet.ImageClassification.Classes.Map(new MLContext(), train.Schema["Label"], validation.Schema["Label"]);

    private sealed class Numbered
    {
        public byte[] Image { get; set; } = [];

        public int Label { get; set; }
    }

    private sealed class Three
    {
        [KeyType(3)]
        public uint Label { get; set; }
    }

    private sealed class Four
    {
        [KeyType(4)]
        public uint Label { get; set; }
    }
}
