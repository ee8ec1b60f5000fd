namespace Plrs.MLNet.Weights;

/// <summary>A tensor of a weights file.</summary>
/// <param name="Name">Its name in the file; where dictionaries are nested, their keys with dots between them.</param>
/// <param name="Shape">Its shape; empty for a single number.</param>
/// <param name="IsInteger">
/// Whether its values are int64; float32 otherwise. Narrower and wider types of the file have been converted.
/// </param>
/// <param name="Values">Its values.</param>
internal sealed record FileTensor(string Name, IReadOnlyList<long> Shape, bool IsInteger, WeightTensor Values);
