using Microsoft.ML.Runtime;

namespace Plrs.MLNet.ImageClassification;

/// <summary>The weights of the classes in the loss, in the order of the label's keys.</summary>
internal static class ClassWeights
{
    /// <summary>The weights that a balance gives by name; <see langword="null"/> where it gives none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A class has no weight, or a name is that of no class.</exception>
    public static float[]? Given(IExceptionContext context, ClassBalance balance, string labelColumn, IReadOnlyList<string> names)
    {
        if (balance.WeightsByName is not { } weights)
        {
            return null;
        }

        string[] missing = [.. names.Where(name => !weights.ContainsKey(name))];
        string[] unknown = [.. weights.Keys.Except(names, StringComparer.Ordinal)];
        if (missing.Length + unknown.Length == 0)
        {
            return [.. names.Select(name => weights[name])];
        }

        var faults = new[]
        {
            missing.Length == 0 ? null : $"no weight for {Classes.List(missing)}",
            unknown.Length == 0 ? null : $"one for {Classes.List(unknown)}, which is no class",
        };
        throw context.ExceptParam(
            nameof(ClassBalance),
            $"Steps.ClassBalance has {string.Join(", and ", faults.OfType<string>())}. " +
            $"The classes of label column '{labelColumn}' are {Classes.List(names)}; each needs a weight, and nothing else has one.");
    }

    /// <summary>
    /// The weights with which all classes count the same: (number of images) / (number of classes × images of the class), and 0 for a class
    /// without images.
    /// </summary>
    public static float[] Balanced(IReadOnlyList<int> sizes)
    {
        var (images, classes) = (sizes.Sum(), sizes.Count(size => size > 0));
        return [.. sizes.Select(size => size == 0 ? 0 : (float)((double)images / ((double)classes * size)))];
    }
}
