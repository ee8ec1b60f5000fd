using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Plrs.MLNet.ImageClassification;

/// <summary>Makes new models of the steps of a trained one, which may be chains of chains.</summary>
internal static class ModelChain
{
    /// <summary>The model with its image classifiers replaced.</summary>
    public static ITransformer WithClassifiers(ITransformer model, Func<TorchImageClassificationTransformer, ITransformer> replace)
    {
        Check(Steps(model), count => count > 0);
        return Map(model);

        ITransformer Map(ITransformer step) => step switch
        {
            TorchImageClassificationTransformer classifier => replace(classifier),
            ITransformerChainAccessor chain => new TransformerChain<ITransformer>(chain.Transformers.Select(Map), chain.Scopes),
            _ => step,
        };
    }

    /// <summary>The model's only image classifier.</summary>
    public static TorchImageClassificationTransformer Classifier(ITransformer model)
    {
        var steps = Steps(model);
        Check(steps, count => count == 1);
        return steps.OfType<TorchImageClassificationTransformer>().Single();
    }

    /// <summary>The model from its only image classifier on.</summary>
    public static ITransformer FromImages(ITransformer model)
    {
        var steps = Steps(model);
        Check(steps, count => count == 1);
        var at = steps.FindIndex(step => step is TorchImageClassificationTransformer);
        CheckBefore(steps[..at], ((TorchImageClassificationTransformer)steps[at]).Model.FeatureColumnName);
        return new TransformerChain<ITransformer>([.. steps[at..]]);
    }

    private static List<ITransformer> Steps(ITransformer model) =>
        model is ITransformerChainAccessor chain ? [.. chain.Transformers.SelectMany(Steps)] : [model];

    // Whatever changes the images after they are loaded would be lost.
    private static void CheckBefore(List<ITransformer> steps, string imageColumn)
    {
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            var makesImages = (steps[i] as OneToOneTransformerBase)?.ColumnPairs.Any(pair => pair.outputColumnName == imageColumn);
            if (steps[i] is ImageLoadingTransformer && makesImages == true)
            {
                return;
            }

            if (makesImages != false && steps[i] is not ColumnSelectingTransformer)
            {
                throw new InvalidOperationException(
                    "The model cannot be made one for images in memory: its " +
                    $"step {steps[i].GetType().Name} comes before the classifier and may change the column '{imageColumn}' of images. " +
                    "The classifier must have its images from LoadRawImageBytes or LoadImages directly.");
            }
        }
    }

    private static void Check(List<ITransformer> steps, Func<int, bool> isRight)
    {
        var count = steps.Count(step => step is TorchImageClassificationTransformer);
        if (!isRight(count))
        {
            throw new InvalidOperationException(
                $"The model has {(count == 0 ? "no" : $"{count}")} " +
                $"{nameof(TorchImageClassificationTransformer)}{(count == 0 ? "" : "s, not one")}; " +
                $"its steps are: {string.Join(", ", steps.Select(step => step.GetType().Name))}.");
        }
    }
}
