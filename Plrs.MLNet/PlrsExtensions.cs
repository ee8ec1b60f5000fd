using Microsoft.ML;
using Plrs.MLNet.Pipelines;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet;

/// <summary>
/// Gives a trainer its learning-rate schedule, wherever it stands: alone, wrapped by <c>WithOnFitDelegate</c>, or anywhere in a chain or
/// in chains of chains. What is given is never changed; what comes back has the same type. See
/// <see cref="TrainerOptionsExtensions"/> for the options of a trainer.
/// </summary>
/// <remarks>
/// Schedules are for <see cref="TorchImageClassificationTrainer"/>, for ML.NET trainers whose options have a
/// <see cref="Microsoft.ML.Trainers.LearningRateScheduler"/>, such as the TensorFlow-backed <c>ImageClassificationTrainer</c> of
/// Microsoft.ML.Vision, and for the trainers of Microsoft.ML.TorchSharp, whose options for a schedule of their own (<c>LearningRate</c>,
/// <c>WarmupRatio</c>; <c>InitLearningRate</c> and <c>Steps</c> of object detection) then mean nothing. A schedule that draws without a
/// seed of its own gets that of the trainer's <see cref="MLContext"/>; with one: <c>UsePlrs(new PlrsOptions { …, Seed = 4 })</c> or
/// <c>UseSchedule(new PlrsSchedule(0.07, 0.1, seed: 4))</c>. With PLRS, <see cref="TorchImageClassificationTrainer"/> averages the steps'
/// weights, unless its options say otherwise (<see cref="TorchImageClassificationTrainer.Options.WeightAveraging"/>).
/// </remarks>
/// <example>
/// <code>
/// var options = new TorchImageClassificationTrainer.Options { LabelColumnName = "Label", FeatureColumnName = "Image", BatchSize = 64 };
/// var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
///     .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(options))
///     .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
///     .UsePlrs(0.07, 0.1);
/// </code>
/// </example>
public static class PlrsExtensions
{
    /// <summary>Lets the trainer draw the learning rate of every step from U[L_min, L_max].</summary>
    /// <typeparam name="TEstimator">The type of the estimator, which is also that of the result.</typeparam>
    /// <param name="estimator">A trainer, or a chain or wrapper with exactly one trainer that takes a schedule.</param>
    /// <param name="minimumLearningRate">L_min, greater than 0.</param>
    /// <param name="maximumLearningRate">L_max, greater than L_min.</param>
    /// <returns>The estimator with the schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite or not in its range.</exception>
    /// <exception cref="InvalidOperationException">
    /// No estimator takes a schedule, or several do; the message lists what was found.
    /// </exception>
    public static TEstimator UsePlrs<TEstimator>(this TEstimator estimator, double minimumLearningRate, double maximumLearningRate)
        where TEstimator : class, IEstimator<ITransformer> =>
        Use(estimator, new PlrsSchedule(minimumLearningRate, maximumLearningRate), null);

    /// <summary>
    /// Lets the trainer draw the learning rate of every step from bounds that it finds at the start of each <c>Fit</c>, by a range test of
    /// one sweep: see <see cref="RangeTestCatalog.FindPlrsBounds"/>. The log says which. <c>Fit</c> fails where there is no usable range.
    /// </summary>
    /// <inheritdoc cref="UsePlrs{TEstimator}(TEstimator, double, double)" path="/typeparam"/>
    /// <param name="estimator">A <see cref="TorchImageClassificationTrainer"/>, or a chain or wrapper with one.</param>
    /// <returns>The estimator with the schedule.</returns>
    /// <exception cref="InvalidOperationException">
    /// No estimator takes a schedule, or several do; the message lists what was found.
    /// </exception>
    /// <exception cref="NotSupportedException">The trainer takes a schedule, but cannot find its bounds; the message names it.</exception>
    public static TEstimator UsePlrs<TEstimator>(this TEstimator estimator)
        where TEstimator : class, IEstimator<ITransformer> =>
        Use(estimator, new UnboundedPlrs(), null);

    /// <summary>Lets the trainer draw its learning rates as the options say.</summary>
    /// <inheritdoc cref="UsePlrs{TEstimator}(TEstimator, double, double)" path="/typeparam"/>
    /// <param name="estimator">A trainer, or a chain or wrapper with exactly one trainer that takes a schedule.</param>
    /// <param name="options">The settings.</param>
    /// <returns>The estimator with the schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    /// <exception cref="InvalidOperationException">
    /// No estimator takes a schedule, or several do; the message lists what was found.
    /// </exception>
    public static TEstimator UsePlrs<TEstimator>(this TEstimator estimator, PlrsOptions options)
        where TEstimator : class, IEstimator<ITransformer> =>
        Use(estimator, ScheduleOf(options), null);

    /// <summary>Gives the trainer a learning-rate schedule.</summary>
    /// <inheritdoc cref="UsePlrs{TEstimator}(TEstimator, double, double)" path="/typeparam"/>
    /// <param name="estimator">A trainer, or a chain or wrapper with exactly one trainer that takes a schedule.</param>
    /// <param name="schedule">The schedule.</param>
    /// <returns>The estimator with the schedule.</returns>
    /// <exception cref="InvalidOperationException">
    /// No estimator takes a schedule, or several do; the message lists what was found.
    /// </exception>
    public static TEstimator UseSchedule<TEstimator>(this TEstimator estimator, ILearningRateSchedule schedule)
        where TEstimator : class, IEstimator<ITransformer> =>
        Use(estimator, schedule, null);

    /// <summary>
    /// Gives one of several trainers a learning-rate schedule: <c>pipeline.UseScheduleAt(1, new PlrsSchedule(0.07, 0.1))</c>.
    /// </summary>
    /// <inheritdoc cref="UsePlrs{TEstimator}(TEstimator, double, double)" path="/typeparam"/>
    /// <param name="estimator">A chain or wrapper.</param>
    /// <param name="trainerIndex">
    /// Which trainer: its number, from 0, among those that take a schedule, in the order of the pipeline.
    /// </param>
    /// <param name="schedule">The schedule; that of options is their <see cref="PlrsOptions.CreateSchedule"/>.</param>
    /// <returns>The estimator with the schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no trainer with that number.</exception>
    /// <exception cref="InvalidOperationException">No estimator takes a schedule; the message lists what was found.</exception>
    public static TEstimator UseScheduleAt<TEstimator>(this TEstimator estimator, int trainerIndex, ILearningRateSchedule schedule)
        where TEstimator : class, IEstimator<ITransformer> =>
        Use(estimator, schedule, trainerIndex);

    private static TEstimator Use<TEstimator>(TEstimator estimator, ILearningRateSchedule schedule, int? trainerIndex)
        where TEstimator : class, IEstimator<ITransformer>
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(schedule);
        return (TEstimator)PipelineSchedule.Use(estimator, schedule, trainerIndex);
    }

    private static ILearningRateSchedule ScheduleOf(PlrsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.CreateSchedule();
    }
}
