using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.ImageClassification.Scoring;

namespace Plrs.MLNet;

/// <summary>Scoring in batches with image classification models that were loaded from a file.</summary>
public static class BatchedScoringExtensions
{
    /// <summary>
    /// Lets <see cref="ITransformer.Transform(IDataView)"/> score many rows at a time. A model that comes from <c>Fit</c> does so
    /// by itself; one that comes from <c>Model.Load</c> scores row by row until it is told, because ML.NET makes the loaded
    /// transformer without asking the library. The scores are the same to the last bit; prediction engines are not affected.
    /// </summary>
    /// <typeparam name="TTransformer">The type of the model.</typeparam>
    /// <param name="transformer">
    /// A <see cref="MulticlassPredictionTransformer{TModel}"/> of <see cref="TorchImageClassificationModelParameters"/>, or a chain
    /// with one or several in it, as <c>Model.Load</c> returns it. It is changed in place.
    /// </param>
    /// <returns>The same object.</returns>
    /// <exception cref="InvalidOperationException">There is no such transformer; the message lists what was found.</exception>
    /// <example><code>var model = mlContext.Model.Load("model.zip", out _).UseBatchedScoring();</code></example>
    public static TTransformer UseBatchedScoring<TTransformer>(this TTransformer transformer)
        where TTransformer : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(transformer);
        var leaves = Leaves(transformer).ToList();
        var found = leaves.OfType<MulticlassPredictionTransformer<TorchImageClassificationModelParameters>>().ToList();
        if (found.Count == 0)
        {
            throw new InvalidOperationException(
                $"No transformer scores with a {nameof(TorchImageClassificationModelParameters)}; found {string.Join(", ", leaves.Select(leaf => leaf.GetType().Name))}.");
        }

        found.ForEach(BatchedScorer.Install);
        return transformer;
    }

    private static IEnumerable<ITransformer> Leaves(ITransformer transformer) =>
        transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Leaves) : [transformer];
}
