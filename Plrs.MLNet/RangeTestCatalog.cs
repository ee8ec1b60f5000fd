using Microsoft.ML;
using Plrs.MLNet.Pipelines;

namespace Plrs.MLNet;

/// <summary>Adds the learning-rate range test to <c>mlContext.MulticlassClassification</c>.</summary>
public static class RangeTestCatalog
{
    /// <summary>
    /// Finds bounds for PLRS by a range test: short sweeps over rising learning rates, with the trainer's own data, weights, layers,
    /// augmentation, batches and optimizer. The trainer and the data stay as they are. With the same seed, data and options the bounds are
    /// the same.
    /// </summary>
    /// <remarks>
    /// Sweeps train all layers from their first step on, those that a gradual fine-tuning adds later, too, and no head is trained before
    /// them: with a trained head, little of the loss is left to fall. Each <see cref="RangeTestCurve.Seed"/> is that of the trainer plus
    /// the number of the sweep.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">The training data, as it would be given to <c>Fit</c>.</param>
    /// <param name="estimator">
    /// A <see cref="TorchImageClassificationTrainer"/>, or a chain with one; what stands before it is fitted on <paramref name="data"/>. It
    /// may have a schedule, which does not count.
    /// </param>
    /// <param name="options">The settings; <see langword="null"/> for the defaults.</param>
    /// <returns>The bounds, or why there are none, with the curves.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    /// <exception cref="InvalidOperationException">
    /// There is no such trainer, or several are; the message lists what was found. Or its <see cref="StoppingOptions.Token"/> or
    /// <see cref="StoppingOptions.TimeBudget"/> ended the test.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The trainer takes a schedule, but its bounds cannot be found; the message names it.
    /// </exception>
    /// <exception cref="OperationCanceledException">The test was cancelled.</exception>
    /// <example>
    /// <code>
    /// var bounds = mlContext.MulticlassClassification.FindPlrsBounds(data, pipeline);
    /// bounds.SavePlot("range-test.svg");
    /// var model = pipeline.UsePlrs(bounds.MinimumLearningRate, bounds.MaximumLearningRate).Fit(data);
    /// </code>
    /// </example>
    public static PlrsBounds FindPlrsBounds(
        this MulticlassClassificationCatalog catalog, IDataView data, IEstimator<ITransformer> estimator,
        PlrsRangeTestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(estimator);
        var (before, trainer) = PipelineSchedule.Split(estimator);
        if (trainer is not TorchImageClassificationTrainer ours)
        {
            throw new NotSupportedException(
                $"The bounds of PLRS for {trainer.GetType().FullName} cannot be found by a range test; " +
                "only those for this library's TorchImageClassification can.");
        }

        return ours.FindBounds(
            before.Aggregate(data, (rows, step) => step.Fit(rows).Transform(rows)), options ?? new PlrsRangeTestOptions());
    }
}
