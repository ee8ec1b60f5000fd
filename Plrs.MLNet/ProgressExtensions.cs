using Microsoft.ML;
using Plrs.MLNet.Pipelines;

namespace Plrs.MLNet;

/// <summary>
/// Lets a training report its progress, in lines: reading images, the range test, the head, each epoch with its loss, its accuracies and
/// the time left. Without it, ML.NET reports progress only to subscribers of <c>MLContext.Log</c>.
/// </summary>
/// <remarks>
/// <para>A file or a pipe gets whole lines: one for each stage and epoch, and one each 30 seconds where these take longer. Epochs that are
/// done within a second share a line. A terminal has a line below that is written over. The lines are the same in every culture, such as
/// these two:</para>
/// <para><c>head trained: 86.0 % of the 40 validation images are right after 0:21; going on with the other layers</c></para>
/// <para><c>epoch  3/12  loss 0.412  accuracy 84.4 %  validation 81.3 %  1:42 left</c></para>
/// <para>For another form, use an <see cref="ITrainingObserver"/>, which gets the same.</para>
/// </remarks>
/// <example>
/// <code>
/// var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
///     .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification("Label", "Image"))
///     .UsePlrs(0.002, 0.005)
///     .WithProgress();
/// </code>
/// </example>
public static class ProgressExtensions
{
    /// <summary>
    /// Lets the trainer write lines about its progress to the console's standard output, wherever it stands: alone, wrapped by
    /// <c>WithOnFitDelegate</c>, or anywhere in a chain. If there are several, all of them do.
    /// </summary>
    /// <typeparam name="TEstimator">The type of the estimator, which is also that of the result.</typeparam>
    /// <param name="estimator">A <see cref="TorchImageClassificationTrainer"/>, or a chain or wrapper with one; it is unchanged.</param>
    /// <returns>The estimator with progress.</returns>
    /// <exception cref="InvalidOperationException">There is no such trainer; the message lists what was found.</exception>
    public static TEstimator WithProgress<TEstimator>(this TEstimator estimator)
        where TEstimator : class, IEstimator<ITransformer> =>
        estimator.WithProgress(Console.Out);

    /// <summary>Lets the trainer write lines about its progress to a writer of one's own.</summary>
    /// <inheritdoc cref="WithProgress{TEstimator}(TEstimator)" path="/typeparam"/>
    /// <param name="estimator">A <see cref="TorchImageClassificationTrainer"/>, or a chain or wrapper with one; it is unchanged.</param>
    /// <param name="writer">Where the lines go. It stays open.</param>
    /// <returns>The estimator with progress.</returns>
    /// <exception cref="InvalidOperationException">There is no such trainer; the message lists what was found.</exception>
    public static TEstimator WithProgress<TEstimator>(this TEstimator estimator, TextWriter writer)
        where TEstimator : class, IEstimator<ITransformer>
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(writer);
        return (TEstimator)(EstimatorTree.TryMap(estimator, leaf => (leaf as TorchImageClassificationTrainer)?.WithProgress(writer))
            ?? throw new InvalidOperationException(
                $"No estimator here tells of its progress. Found: {EstimatorTree.Describe(EstimatorTree.Leaves(estimator))}. " +
                "WithProgress is for this library's TorchImageClassification."));
    }

    /// <summary>Lets the trainer of these options write lines about its progress to the console's standard output.</summary>
    /// <param name="options">The options; they are unchanged.</param>
    /// <returns>A copy of the options with progress.</returns>
    public static TorchImageClassificationTrainer.Options WithProgress(this TorchImageClassificationTrainer.Options options) =>
        WithProgress(options, Console.Out);

    /// <summary>Lets the trainer of these options write lines about its progress to a writer of one's own.</summary>
    /// <param name="options">The options; they are unchanged.</param>
    /// <param name="writer">Where the lines go. It stays open.</param>
    /// <returns>A copy of the options with progress.</returns>
    public static TorchImageClassificationTrainer.Options WithProgress(
        this TorchImageClassificationTrainer.Options options, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(writer);
        return options.WithProgress(writer);
    }
}
