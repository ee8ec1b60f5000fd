using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Internal.Utilities;
using Microsoft.ML.Runtime;

namespace Plrs.MLNet.ImageClassification;

/// <summary>The names of a label column's classes: the key's values as text.</summary>
internal static class Classes
{
    private const int MostListed = 20;

    /// <summary>The names, in the order of the keys; <see langword="null"/> when the key has no values.</summary>
    public static string[]? Of(DataViewSchema.Column label) =>
        label.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues) is { Type: VectorDataViewType type }
            ? Utils.MarshalInvoke(new FuncStaticMethodInfo1<DataViewSchema.Column, string[]>(Read<int>), type.ItemType.RawType, label)
            : null;

    /// <summary>The names, or the classes' numbers from 1 when the key has no values.</summary>
    public static string[] OfAll(DataViewSchema.Column label) => Of(label) ?? [.. Enumerable.Range(0, KeyCount(label)).Select(Number)];

    /// <summary>The classes in words, by their names or else their numbers; no more than a screenful.</summary>
    public static string List(IEnumerable<string> names)
    {
        var all = names.ToArray();
        var listed = string.Join(", ", all.Take(MostListed).Select(name => $"'{name}'"));
        return all.Length > MostListed ? $"{listed}, … ({all.Length} in all)" : listed;
    }

    /// <summary>Which class of the training data each key of the validation data is: the one of the same name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// It has a class that the training data has not, or only one of them has names.
    /// </exception>
    public static int[] Map(IExceptionContext context, DataViewSchema.Column train, DataViewSchema.Column validation)
    {
        var (trainNames, validationNames) = (Of(train), Of(validation));
        var (trainCount, validationCount) = (KeyCount(train), KeyCount(validation));
        if (trainNames is null != validationNames is null)
        {
            throw context.ExceptParam(
                nameof(validation),
                $"The classes of label column '{train.Name}' have names in only one of training and validation data, " +
                "so that they cannot be compared. " +
                $"Training: {Describe(trainNames, trainCount)}; " +
                $"validation: {Describe(validationNames, validationCount)}. Map both by the same MapValueToKey.");
        }

        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (number, name) in (trainNames ?? []).Index())
        {
            numbers.TryAdd(name, number);
        }

        var map = validationNames is null
            ? [.. Enumerable.Range(0, validationCount).Select(number => number < trainCount ? number : -1)]
            : validationNames.Select(name => numbers.GetValueOrDefault(name, -1)).ToArray();
        return !map.Contains(-1) ? map : throw context.ExceptParam(
            nameof(validation),
            $"The validation data has classes in label column '{train.Name}' that the training data has not: " +
            $"{List(map.Index().Where(entry => entry.Item < 0).Select(entry => validationNames?[entry.Index] ?? Number(entry.Index)))}. " +
            $"Training: {Describe(trainNames, trainCount)}; validation: {Describe(validationNames, validationCount)}.");
    }

    private static string[] Read<T>(DataViewSchema.Column label)
    {
        VBuffer<T> names = default;
        label.GetKeyValues(ref names);
        return [.. names.DenseValues().Select(name => Convert.ToString(name, CultureInfo.InvariantCulture) ?? "")];
    }

    private static int KeyCount(DataViewSchema.Column label) => label.Type.GetKeyCountAsInt32();

    private static string Describe(string[]? names, int count) => names is null ? $"{count} without names" : List(names);

    private static string Number(int index) => (index + 1).ToString(CultureInfo.InvariantCulture);
}
