using Microsoft.ML;
using Microsoft.ML.Trainers;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.TensorFlow;
using Plrs.MLNet.TorchTrainers;

namespace Plrs.MLNet.Pipelines;

/// <summary>Finds the estimator of a pipeline that takes a learning-rate schedule, and gives it one.</summary>
internal static class PipelineSchedule
{
    /// <summary>The pipeline with the schedule in its only trainer that takes one, or in the one that the user picked.</summary>
    /// <param name="pipeline">A chain, wrapped estimator or trainer; it is unchanged.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="trainerIndex">
    /// The trainer's number among those that take a schedule; <see langword="null"/> when there is only one.
    /// </param>
    public static IEstimator<ITransformer> Use(IEstimator<ITransformer> pipeline, ILearningRateSchedule schedule, int? trainerIndex)
    {
        var chosen = Choose(EstimatorTree.Leaves(pipeline), trainerIndex);
        var visited = 0;
        return EstimatorTree.Map(pipeline, leaf => visited++ == chosen ? WithSchedule(leaf, schedule) : leaf);
    }

    /// <summary>
    /// The only trainer of a pipeline that takes a schedule, and the estimators that are fitted before it, in their order.
    /// </summary>
    public static (IEnumerable<IEstimator<ITransformer>> Before, IEstimator<ITransformer> Trainer) Split(IEstimator<ITransformer> pipeline)
    {
        var leaves = EstimatorTree.Leaves(pipeline);
        var chosen = Choose(leaves, trainerIndex: null);
        return (leaves.Take(chosen), leaves[chosen]);
    }

    private static int Choose(IReadOnlyList<IEstimator<ITransformer>> leaves, int? trainerIndex)
    {
        var takers = Enumerable.Range(0, leaves.Count).Where(i => TakesSchedule(leaves[i])).ToList();
        return takers switch
        {
            [] => throw NothingTakesSchedule(leaves),
            [var only] when trainerIndex is null => only,
            _ when trainerIndex is null => throw SeveralTakeSchedule(leaves, takers),
            _ when trainerIndex < 0 || trainerIndex >= takers.Count => throw NoSuchTrainer(leaves, takers, trainerIndex.Value),
            _ => takers[trainerIndex.Value],
        };
    }

    private static bool TakesSchedule(IEstimator<ITransformer> estimator) => Taker(estimator) is not null;

    private static IEstimator<ITransformer> WithSchedule(IEstimator<ITransformer> estimator, ILearningRateSchedule schedule) =>
        Taker(estimator)!(schedule);

    /// <summary>What gives an estimator a schedule, each backend in its way; <see langword="null"/> for one that takes none.</summary>
    private static Func<ILearningRateSchedule, IEstimator<ITransformer>>? Taker(IEstimator<ITransformer> estimator) =>
        estimator is ISchedulable<IEstimator<ITransformer>> ours ? ours.WithSchedule
        : SchedulerTrainer.Recognise(estimator.GetType()) ? schedule => SchedulerTrainer.WithSchedule(estimator, schedule)
        : TorchTrainer.Recognise(estimator.GetType()) ? schedule => TorchTrainer.WithSchedule(estimator, schedule)
        : null;

    private static InvalidOperationException NothingTakesSchedule(IReadOnlyList<IEstimator<ITransformer>> leaves) =>
        new($"No estimator here takes a learning-rate schedule. Found: {List(leaves, [])}. " +
            "Schedules are for this library's own trainers, " +
            $"such as TorchImageClassification, for ML.NET trainers whose options have a {nameof(LearningRateScheduler)}, " +
            "such as ImageClassificationTrainer of Microsoft.ML.Vision, and for the trainers of Microsoft.ML.TorchSharp.");

    private static InvalidOperationException SeveralTakeSchedule(IReadOnlyList<IEstimator<ITransformer>> leaves, List<int> takers) =>
        new(
            $"{takers.Count} estimators here take a learning-rate schedule; " +
            $"say which one with UseScheduleAt. Found: {List(leaves, takers)}.");

    private static ArgumentOutOfRangeException NoSuchTrainer(
        IReadOnlyList<IEstimator<ITransformer>> leaves, List<int> takers, int trainerIndex) =>
        new(
            nameof(trainerIndex),
            trainerIndex,
            $"trainerIndex is {trainerIndex}; it must be from 0 to {takers.Count - 1}. Found: {List(leaves, takers)}.");

    private static string List(IReadOnlyList<IEstimator<ITransformer>> leaves, List<int> takers) =>
        EstimatorTree.Describe(leaves, i => takers.IndexOf(i) is >= 0 and var index ? $" (trainerIndex {index})" : "");
}
