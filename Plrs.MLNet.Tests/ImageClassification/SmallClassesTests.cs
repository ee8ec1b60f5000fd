using Microsoft.ML;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>Classes of which there are few images, or none.</summary>
[TestClass]
public sealed class SmallClassesTests
{
    [TestMethod]
    public void ClassesOfOneImageAreAllTrainedOnAndNamed()
    {
        var (warnings, trained) = Train(TestPipeline.Images(3), fraction: 0.5f);

        Assert.AreEqual(3, trained);
        Assert.AreEqual("There is a single training image of 'disc', 'square', 'stripes': too few to learn them by.", warnings.Single());
    }

    [TestMethod]
    public void AClassWithoutValidationImagesIsNamed()
    {
        var mlContext = new MLContext(seed: 1);
        var log = new List<string>();
        mlContext.Log += (_, e) => log.Add(e.RawMessage);
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.ValidationSetFraction = 0.25f;
        List<InMemoryImage> images = [.. TestPipeline.Images(16, classes: 2), TestPipeline.Images(3)[2]];

        TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(images));

        Assert.Contains("There are no validation images of 'stripes'.", log);
    }

    [TestMethod]
    public void AClassWhoseImagesCannotBeUsedIsNamed()
    {
        var images = TestPipeline.Images(9);
        images.ForEach(image => image.Image = image.Label == TestImages.Classes[1] ? [1, 2, 3] : image.Image);

        var (warnings, trained) = Train(images, fraction: null);

        Assert.AreEqual(6, trained);
        Assert.HasCount(2, warnings);
        Assert.StartsWith("Skipped 3 of 9 images", warnings[0]);
        Assert.StartsWith(
            "There are no training images of 'square': the model can only guess at it. For a test set or the folds", warnings[1]);
    }

    [TestMethod]
    public void WithEnoughOfEachThereIsNoWarning()
    {
        var (warnings, trained) = Train(TestPipeline.Images(6), fraction: 0.5f);

        Assert.AreEqual(3, trained);
        Assert.StartsWith("There is a single training image of 'disc', 'square', 'stripes'", warnings.Single());
        Assert.IsEmpty(Train(TestPipeline.Images(9), fraction: 0.1f).Warnings);
    }

    [TestMethod]
    public void AFoldThatIsWithoutAClassSaysWhichAndAStratifiedOneHasAll()
    {
        var mlContext = new MLContext(seed: 1);
        var images = TestPipeline.Images(9, classes: 2);
        images.Add(new InMemoryImage { Image = TestImages.Encode(TestImages.Classes[2], 1), Label = TestImages.Classes[2] });
        images.Add(new InMemoryImage { Image = TestImages.Encode(TestImages.Classes[2], 2), Label = TestImages.Classes[2] });
        var keys = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(mlContext.Data.LoadFromEnumerable(images));
        var data = keys.Transform(mlContext.Data.LoadFromEnumerable(images));
        var without = mlContext.Data.TakeRows(data, 9);

        StringAssert.StartsWith(
            Warnings(without).Single(),
            "There are no training images of 'stripes': the model can only guess at it.",
            StringComparison.Ordinal);
        foreach (var fold in mlContext.Data.StratifiedCrossValidationSplit(data, numberOfFolds: 2))
        {
            Assert.AreEqual("There is a single training image of 'stripes': too few to learn it by.", Warnings(fold.TrainSet).Single());
        }

        static List<string> Warnings(IDataView train)
        {
            var (warnings, own) = (new List<string>(), new MLContext(seed: 1));
            own.Log += (_, e) => Add(warnings, e);
            own.MulticlassClassification.Trainers.TorchImageClassification(TestPipeline.QuickOptions(epochs: 1)).Fit(train);
            return warnings;
        }
    }

    private static (List<string> Warnings, int Trained) Train(List<InMemoryImage> images, float? fraction)
    {
        var mlContext = new MLContext(seed: 1);
        var warnings = new List<string>();
        mlContext.Log += (_, e) => Add(warnings, e);
        var trained = 0;
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.ValidationSetFraction = fraction;
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = step => trained += step.BatchSize }];
        TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(images));
        return (warnings, trained);
    }

    private static void Add(List<string> warnings, LoggingEventArgs e)
    {
        if (e.IsWarning())
        {
            warnings.Add(e.RawMessage);
        }
    }
}
