using Microsoft.ML;
using Microsoft.ML.Data;

namespace Plrs.MLNet.Benchmarks;

/// <summary>Training as users write it: from <see cref="LabeledImage"/> rows.</summary>
internal static class TrainingPipeline
{
    /// <summary>The column of encoded images, which the trainer's options have to name.</summary>
    public const string ImageColumn = "Image";

    public static EstimatorChain<TorchImageClassificationTransformer> Create(
        MLContext mlContext,
        TorchImageClassificationTrainer.Options options) =>
        Preprocessing(mlContext).Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(options));

    /// <summary>What comes before the trainer: validation data needs it, too.</summary>
    public static EstimatorChain<ImageLoadingTransformer> Preprocessing(MLContext mlContext) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.LoadRawImageBytes(ImageColumn, null, nameof(LabeledImage.ImagePath)));
}
