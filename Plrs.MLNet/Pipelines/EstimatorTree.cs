using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using static Microsoft.ML.LearningPipelineExtensions;

namespace Plrs.MLNet.Pipelines;

/// <summary>
/// Sees an estimator as a tree: chains (nested ones too) and the wrappers of <c>WithOnFitDelegate</c> hold others, all the rest are leaves.
/// </summary>
internal static class EstimatorTree
{
    /// <summary>The leaves, in the order in which they are fitted.</summary>
    public static IReadOnlyList<IEstimator<ITransformer>> Leaves(IEstimator<ITransformer> estimator)
    {
        var leaves = new List<IEstimator<ITransformer>>();
        Map(estimator, leaf =>
        {
            leaves.Add(leaf);
            return leaf;
        });
        return leaves;
    }

    /// <summary>
    /// Rebuilds an estimator with its leaves replaced, in order. Every part keeps its type, and chains their scopes, cache checkpoints and
    /// host.
    /// </summary>
    /// <param name="estimator">The estimator; it is unchanged.</param>
    /// <param name="replace">Gives a leaf's replacement, of the same type, or the leaf itself.</param>
    /// <returns>The rebuilt estimator.</returns>
    public static IEstimator<ITransformer> Map(
        IEstimator<ITransformer> estimator, Func<IEstimator<ITransformer>, IEstimator<ITransformer>> replace)
    {
        var type = estimator.GetType();
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return definition == typeof(EstimatorChain<>) ? MapBy(nameof(MapChain))
            : definition == typeof(DelegateEstimator<>) ? MapBy(nameof(MapDelegate))
            : replace(estimator);

        IEstimator<ITransformer> MapBy(string method) => (IEstimator<ITransformer>)typeof(EstimatorTree)
            .GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type.GetGenericArguments())
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [estimator, replace], null)!;
    }

    /// <summary>Rebuilds an estimator with all leaves replaced that can be.</summary>
    /// <param name="estimator">The estimator; it is unchanged.</param>
    /// <param name="replacement">Gives a leaf's replacement, of the same type, or <see langword="null"/> for a leaf that stays.</param>
    /// <returns>The rebuilt estimator, or <see langword="null"/> if no leaf has a replacement.</returns>
    public static IEstimator<ITransformer>? TryMap(
        IEstimator<ITransformer> estimator, Func<IEstimator<ITransformer>, IEstimator<ITransformer>?> replacement)
    {
        var isReplaced = false;
        var mapped = Map(estimator, leaf =>
        {
            var other = replacement(leaf);
            isReplaced |= other is not null;
            return other ?? leaf;
        });
        return isReplaced ? mapped : null;
    }

    /// <summary>The leaves in words, for messages.</summary>
    /// <param name="leaves">The leaves.</param>
    /// <param name="note">What to say of a leaf behind its name, given its place.</param>
    public static string Describe(IReadOnlyList<IEstimator<ITransformer>> leaves, Func<int, string>? note = null) => leaves.Count == 0
        ? "nothing, the chain is empty"
        : string.Join(", ", leaves.Select((leaf, i) => leaf.GetType().Name.Split('`')[0] + note?.Invoke(i)));

    private static EstimatorChain<T> MapChain<T>(EstimatorChain<T> chain, Func<IEstimator<ITransformer>, IEstimator<ITransformer>> replace)
        where T : class, ITransformer =>
        new(chain._host, [.. chain._estimators.Select(estimator => Map(estimator, replace))], chain._scopes, chain._needCacheAfter);

    private static DelegateEstimator<T> MapDelegate<T>(
        DelegateEstimator<T> wrapper, Func<IEstimator<ITransformer>, IEstimator<ITransformer>> replace)
        where T : class, ITransformer =>
        new((IEstimator<T>)Map(wrapper._est, replace), wrapper._onFit);
}
