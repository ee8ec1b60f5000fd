using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>The pipelines that the tests train, as users write them, on a small and quick network.</summary>
internal static class TestPipeline
{
    public static TorchImageClassificationTrainer.Options QuickOptions(int epochs = 3) => new()
    {
        FeatureColumnName = "Image",
        Arch = Network.ResNet20,
        StartFrom = PretrainedWeights.None,
        Epoch = epochs,
        BatchSize = 8,
        Images = { Size = 16 },
        ValidationSetFraction = null,
        EarlyStoppingCriteria = null,
        Schedule = new PlrsSchedule(0.05, 0.1),
        Steps = { Device = TorchDevice.Cpu },
    };

    /// <summary>Label to key, files to bytes, the trainer, key to label.</summary>
    public static EstimatorChain<KeyToValueMappingTransformer> FromFiles(
        MLContext mlContext, ImageFolder folder, TorchImageClassificationTrainer.Options options) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.LoadRawImageBytes("Image", folder.Path, nameof(ImageRow.ImagePath)))
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(options))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    /// <summary>The same for images in memory.</summary>
    public static EstimatorChain<KeyToValueMappingTransformer> FromMemory(
        MLContext mlContext, TorchImageClassificationTrainer.Options options) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(options))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    /// <summary>Images in memory, all classes in turn.</summary>
    public static List<InMemoryImage> Images(int count, int first = 0, int classes = 3)
    {
        var images = new List<InMemoryImage>();
        for (var i = first; i < first + count; i++)
        {
            var kind = TestImages.Classes[i % classes];
            images.Add(new InMemoryImage { Image = TestImages.Encode(kind, i), Label = kind });
        }

        return images;
    }

    /// <summary>The trained model inside a fitted pipeline.</summary>
    public static TorchImageClassificationModelParameters Model(ITransformer transformer) => Classifier(transformer).Model;

    /// <summary>The transformer with the trained model inside a fitted pipeline.</summary>
    public static TorchImageClassificationTransformer Classifier(ITransformer transformer) =>
        ((IEnumerable<ITransformer>)transformer).OfType<TorchImageClassificationTransformer>().Single();

    /// <summary>The scores of all rows, one after the other.</summary>
    public static float[] Scores(ITransformer transformer, IDataView data) =>
        [.. transformer.Transform(data).GetColumn<float[]>("Score").SelectMany(scores => scores)];
}
