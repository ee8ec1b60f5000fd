using Plrs.MLNet.Training;

namespace Plrs.MLNet.ImageClassification;

/// <summary>Finds the classes that a network cannot learn from the images there are.</summary>
internal static class ClassSizes
{
    /// <summary>Says which classes the validation says nothing about; <see langword="null"/> without any, or without validation.</summary>
    /// <param name="data">The images.</param>
    /// <param name="names">The name of each class.</param>
    public static string? NotValidated(TrainingData data, IReadOnlyList<string> names)
    {
        var validated = data.ValidationImages.Select(data.ValidationSet.Label).ToHashSet();
        return data.HasValidation && names.Where((_, number) => !validated.Contains(number)).ToArray() is { Length: > 0 } absent
            ? $"There are no validation images of {Classes.List(absent)}."
            : null;
    }

    /// <summary>A warning for the classes without a training image, and one for those with a single one.</summary>
    /// <param name="data">The images.</param>
    /// <param name="names">The name of each class.</param>
    public static IEnumerable<string> Warnings(TrainingData data, IReadOnlyList<string> names)
    {
        var sizes = data.ClassSizes(names.Count);
        if (OfSize(0) is { Length: > 0 } absent)
        {
            yield return $"There are no training images of {Classes.List(absent)}: the model can only guess at {Them(absent)}. " +
                "For a test set or the folds of a cross-validation, " +
                "mlContext.Data.StratifiedTrainTestSplit and StratifiedCrossValidationSplit keep images of every class to train on.";
        }

        if (OfSize(1) is { Length: > 0 } single)
        {
            yield return $"There is a single training image of {Classes.List(single)}: too few to learn {Them(single)} by.";
        }

        string[] OfSize(int size) => [.. names.Where((_, number) => sizes[number] == size)];

        static string Them(string[] classes) => classes.Length == 1 ? "it" : "them";
    }
}
