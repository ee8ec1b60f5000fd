using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Benchmarks.Comparisons;

namespace Plrs.MLNet.Benchmarks.Scoring;

/// <summary>A model to score with. How good it is does not matter, so it is trained for one short epoch.</summary>
internal static class ScoredModel
{
    private const int Images = 64;

    public static TransformerChain<TorchImageClassificationTransformer> Train(MLContext mlContext, ImageFolder images)
    {
        var options = new TorchImageClassificationTrainer.Options
        {
            FeatureColumnName = TrainingPipeline.ImageColumn,
            Arch = images.Network,
            StartFrom = PretrainedWeights.None,
            Images = { Resizing = images.Decoding.Resizing, Size = images.ImageSize },
            Epoch = 1,
            BatchSize = 32,
            ValidationSetFraction = null,
            EarlyStoppingCriteria = null,
            Steps = { Device = TorchDevice.Cpu },
        };
        var rows = LabeledImage.SomeFromFolder(images.Path, Images);
        return TrainingPipeline.Create(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(rows));
    }
}
