using static TorchSharp.torch;

namespace Plrs.MLNet.Torch;

/// <summary>Many tensors as parts of one, so that one operation does for all of them what hundreds would.</summary>
internal static class FlatMemory
{
    /// <summary>
    /// Moves tensors, at least one, of one type and on one device, into a new one: they become views of it. Their values stay as they are.
    /// </summary>
    /// <returns>All values, one tensor's after the other's.</returns>
    public static Tensor Join(IReadOnlyList<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var flat = cat([.. tensors.Select(tensor => tensor.flatten())]);
        foreach (var (tensor, part) in tensors.Zip(Split(flat, tensors.Select(tensor => tensor.shape))))
        {
            tensor.set_(part);
        }

        return flat.MoveToOuterDisposeScope();
    }

    /// <summary>The parts of a flat tensor, which are views of it.</summary>
    /// <param name="flat">The values, one part's after the other's.</param>
    /// <param name="shapes">The parts' shapes.</param>
    public static IEnumerable<Tensor> Split(Tensor flat, IEnumerable<long[]> shapes)
    {
        var start = 0L;
        foreach (var shape in shapes)
        {
            var length = shape.Aggregate(1L, (product, size) => product * size);
            yield return flat.narrow(0, start, length).view(shape);
            start += length;
        }
    }
}
