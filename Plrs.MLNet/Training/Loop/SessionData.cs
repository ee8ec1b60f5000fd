using Plrs.MLNet.Images;

namespace Plrs.MLNet.Training;

/// <summary>What one session trains its network on and validates it on.</summary>
/// <param name="Training">The examples to train on.</param>
/// <param name="Validation">The examples to validate on, or <see langword="null"/> for none.</param>
internal sealed record SessionData(SessionExamples Training, SessionExamples? Validation);

/// <summary>Some of a set's examples.</summary>
/// <param name="Set">The set.</param>
/// <param name="Examples">The numbers of the examples in the set.</param>
/// <param name="Preparation">What makes their bytes values.</param>
/// <param name="Augmented">
/// What makes their bytes values that are changed at random, where they are read in an order; or <see langword="null"/>.
/// </param>
internal sealed record SessionExamples(
    IExampleSet Set, int[] Examples, BatchReader.Preparation Preparation, Func<EpochOrder, BatchReader.Preparation>? Augmented = null)
{
    /// <summary>The number of examples.</summary>
    public int Count => Examples.Length;

    /// <summary>What makes examples that are trained on values.</summary>
    public BatchReader.Preparation PreparationOf(EpochOrder order) => Augmented?.Invoke(order) ?? Preparation;

    /// <summary>Makes something that hands them out in batches.</summary>
    public BatchReader CreateReader(int batchSize) => new(Set, BatchMemory.Capacity(batchSize, Count));
}
