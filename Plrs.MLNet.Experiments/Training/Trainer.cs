using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using static Microsoft.ML.Transforms.ValueToKeyMappingEstimator;

namespace Plrs.MLNet.Experiments.Training;

/// <summary>The trainer's options and the pipeline around it, as the command line wants them.</summary>
internal static class Trainer
{
    public static TorchImageClassificationTrainer.Options Options(TrainSettings settings) => new()
    {
        LabelColumnName = "Label",
        FeatureColumnName = "Image",
        Arch = settings.Arch,
        StartFrom = settings.FineTuning == FineTuningName.Scratch ? PretrainedWeights.None : PretrainedWeights.ImageNet,
        FineTuning = settings.FineTuning switch
        {
            FineTuningName.Gradual => FineTuning.Gradual,
            FineTuningName.Head => FineTuning.HeadOnly,
            _ => FineTuning.Full,
        },
        Epoch = settings.AllEpochs,
        BatchSize = settings.BatchSize,
        Optimizer = new SgdOptions { Momentum = settings.Schedule.Momentum },
        Images = { Size = settings.ImageSize, Augmentation = settings switch
        {
            { NoAugmentation: true } => ImageAugmentation.None,

            // As on CIFAR-10: mirrored at random, and moved by up to an eighth of the image.
            { FineTuning: FineTuningName.Scratch } =>
                new() { RandomCropPadding = (settings.ImageSize ?? settings.Arch.ImageSize) / 8, HorizontalFlip = true },
            _ => ImageAugmentation.Photos,
        } },

        // From scratch, the best epoch's weights are kept, by the loss on a tenth of the images. Fine-tuning ends with an average of the
        // weights that is good whatever epoch it ends in, and trains on all images: those that are held out tell how good it is.
        ValidationSetFraction = settings.FineTuning == FineTuningName.Scratch ? 0.1f : null,
        EarlyStoppingCriteria = settings.FineTuning == FineTuningName.Scratch
            ? new EarlyStopping { Patience = settings.AllEpochs, Metric = EarlyStoppingMetric.Loss }
            : null,
    };

    /// <summary>
    /// Lets a fine-tuning tell after its head and after each epoch how many of the held-out images are right. Nothing is chosen by them:
    /// the number of epochs is fixed, no epoch is picked, and the
    /// weights are the same without. So they remain a test. From scratch, where an epoch is picked, they are not looked at.
    /// </summary>
    public static void TellOfHeldOut(
        TorchImageClassificationTrainer.Options options, MLContext mlContext, IDataView train, IDataView heldOut, TrainSettings settings) =>
        options.ValidationSet = settings.FineTuning == FineTuningName.Scratch ? null : Input(mlContext).Fit(train).Transform(heldOut);

    /// <summary>Label to key, file to bytes, the trainer with PLRS or the schedule to compare it with, key to label.</summary>
    public static EstimatorChain<KeyToValueMappingTransformer> Pipeline(
        MLContext mlContext, TorchImageClassificationTrainer.Options options, TrainSettings settings)
    {
        var pipeline = Input(mlContext)
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(options))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        return settings.CreateSchedule() is { } schedule ? pipeline.UseSchedule(schedule) : pipeline.UsePlrs();
    }

    private static EstimatorChain<ImageLoadingTransformer> Input(MLContext mlContext) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: KeyOrdinality.ByValue)
            .Append(mlContext.Transforms.LoadRawImageBytes("Image", imageFolder: null, "ImagePath"));
}
