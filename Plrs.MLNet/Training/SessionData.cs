using Plrs.MLNet.Images.Batching;

namespace Plrs.MLNet.Training;

/// <summary>What one session trains its network on and validates it on.</summary>
/// <param name="Training">The examples to train on.</param>
/// <param name="Validation">The examples to validate on, or <see langword="null"/> for none.</param>
internal sealed record SessionData(SessionExamples Training, SessionExamples? Validation);

/// <summary>Some of a set's examples.</summary>
/// <param name="Set">The set.</param>
/// <param name="Examples">The numbers of the examples in the set.</param>
/// <param name="PreparationOf">What makes their bytes values where they are read in an order.</param>
internal sealed record SessionExamples(IExampleSet Set, int[] Examples, Func<EpochOrder, BatchReader.Preparation> PreparationOf)
{
    /// <summary>The number of examples.</summary>
    public int Count => Examples.Length;

    /// <summary>Makes something that hands them out in batches.</summary>
    public BatchReader CreateReader(int batchSize) => new(Set, BatchMemory.Capacity(batchSize, Count));
}
