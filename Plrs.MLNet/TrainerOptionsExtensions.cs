using Microsoft.ML.Trainers;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.TensorFlow;

namespace Plrs.MLNet;

/// <summary>
/// Gives the options of a trainer their learning-rate schedule: those of <see cref="TorchImageClassificationTrainer"/>, and those of any
/// ML.NET trainer with a public field of type <see cref="LearningRateScheduler"/>, such as <c>ImageClassificationTrainer.Options</c> of
/// Microsoft.ML.Vision. What is given is never changed; what comes back is a copy of the same type.
/// </summary>
/// <remarks>
/// ML.NET's options know no <see cref="Microsoft.ML.MLContext"/>: a schedule that draws without a seed of its own draws as with seed 0
/// there. Set on the trainer or the pipeline instead (<see cref="PlrsExtensions"/>), it gets the context's. The options of
/// Microsoft.ML.TorchSharp's trainers have no place for a schedule: there it is set on the trainer.
/// </remarks>
/// <example>
/// <code>
/// var options = new ImageClassificationTrainer.Options { FeatureColumnName = "Image" }.UsePlrs(0.005, 0.02);
/// </code>
/// </example>
public static class TrainerOptionsExtensions
{
    /// <summary>Lets the trainer draw the learning rate of every step from U[L_min, L_max].</summary>
    /// <typeparam name="TOptions">The type of the options, which is also that of the result.</typeparam>
    /// <param name="trainerOptions">The options of a trainer.</param>
    /// <param name="minimumLearningRate">L_min, greater than 0.</param>
    /// <param name="maximumLearningRate">L_max, greater than L_min.</param>
    /// <returns>A copy of the options with the schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite or not in its range.</exception>
    /// <exception cref="InvalidOperationException">The options take no schedule.</exception>
    public static TOptions UsePlrs<TOptions>(this TOptions trainerOptions, double minimumLearningRate, double maximumLearningRate)
        where TOptions : TrainerInputBaseWithLabel =>
        trainerOptions.UseSchedule(new PlrsSchedule(minimumLearningRate, maximumLearningRate));

    /// <summary>
    /// Lets the trainer draw the learning rate of every step from bounds that it finds at the start of each <c>Fit</c>, by a range test:
    /// see <see cref="PlrsExtensions.UsePlrs{TEstimator}(TEstimator)"/>.
    /// </summary>
    /// <inheritdoc cref="UsePlrs{TOptions}(TOptions, double, double)" path="/typeparam"/>
    /// <param name="trainerOptions">The options of a <see cref="TorchImageClassificationTrainer"/>.</param>
    /// <returns>A copy of the options with the schedule.</returns>
    /// <exception cref="InvalidOperationException">The options take no schedule.</exception>
    /// <exception cref="NotSupportedException">
    /// The options are those of a trainer that cannot find its bounds; the message names them.
    /// </exception>
    public static TOptions UsePlrs<TOptions>(this TOptions trainerOptions)
        where TOptions : TrainerInputBaseWithLabel =>
        trainerOptions.UseSchedule(new UnboundedPlrs());

    /// <summary>Lets the trainer draw its learning rates as the options of PLRS say.</summary>
    /// <inheritdoc cref="UsePlrs{TOptions}(TOptions, double, double)" path="/typeparam"/>
    /// <param name="trainerOptions">The options of a trainer.</param>
    /// <param name="options">The settings of PLRS.</param>
    /// <returns>A copy of the trainer's options with the schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The trainer's options take no schedule.</exception>
    public static TOptions UsePlrs<TOptions>(this TOptions trainerOptions, PlrsOptions options)
        where TOptions : TrainerInputBaseWithLabel
    {
        ArgumentNullException.ThrowIfNull(options);
        return trainerOptions.UseSchedule(options.CreateSchedule());
    }

    /// <summary>Gives the trainer a learning-rate schedule.</summary>
    /// <inheritdoc cref="UsePlrs{TOptions}(TOptions, double, double)" path="/typeparam"/>
    /// <param name="trainerOptions">The options of a trainer.</param>
    /// <param name="schedule">The schedule.</param>
    /// <returns>A copy of the options with the schedule.</returns>
    /// <exception cref="InvalidOperationException">The options take no schedule.</exception>
    /// <exception cref="NotSupportedException">
    /// The options have a scheduler, but this library cannot set it; the message names the version found.
    /// </exception>
    public static TOptions UseSchedule<TOptions>(this TOptions trainerOptions, ILearningRateSchedule schedule)
        where TOptions : TrainerInputBaseWithLabel
    {
        ArgumentNullException.ThrowIfNull(trainerOptions);
        ArgumentNullException.ThrowIfNull(schedule);
        return trainerOptions is TorchImageClassificationTrainer.Options torch
            ? (TOptions)(TrainerInputBaseWithLabel)torch.WithSchedule(schedule)
            : SchedulerOptions.WithSchedule(trainerOptions, schedule);
    }
}
