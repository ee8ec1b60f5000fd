using Microsoft.ML;
using Plrs.MLNet;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;
using Plrs.MLNet.Weights;

namespace Flowers.Tests.Support;

/// <summary>A small model that tells discs, squares and stripes apart, trained in two seconds.</summary>
[TestClass]
public sealed class QuickModel
{
    private static readonly TemporaryFolder Folder = new();
    private static readonly Lazy<string> File = new(Train);

    /// <summary>The model's file, trained on bytes as FlowerClassifier trains it.</summary>
    public static string Path => File.Value;

    /// <summary>How small models are trained.</summary>
    public static TorchImageClassificationTrainer.Options Options(string imageColumn) => new()
    {
        FeatureColumnName = imageColumn,
        Arch = Network.ResNet20,
        StartFrom = PretrainedWeights.None,
        Epoch = 20,
        BatchSize = 8,
        ImageSize = 16,
        ValidationSetFraction = 0.1f,
        EarlyStoppingCriteria = null,
        Schedule = new PlrsSchedule(0.005, 0.01),
        WeightAveraging = WeightAveraging.None,
        Device = TorchDevice.Cpu,
    };

    [AssemblyCleanup]
    public static void Remove() => Folder.Dispose();

    private static string Train()
    {
        var mlContext = new MLContext(seed: 1);
        var images = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new FlowerClassifier.ModelInput
        {
            Label = TestImages.Classes[i % 3],
            ImageSource = TestImages.Encode(TestImages.Classes[i % 3], i / 3),
        }));
        var model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(Options("ImageSource")))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(images);
        Assert.AreEqual(1, mlContext.MulticlassClassification.Evaluate(model.Transform(images)).MicroAccuracy, "What the tests ask of the model, it must know.");
        var path = Folder.File("model.zip");
        mlContext.Model.Save(model, images.Schema, path);
        return path;
    }
}
