using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Internal.Utilities;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// The schema of the score column: a vector with one probability a class, annotated as ML.NET annotates its own trainers' scores. The
/// slots have the classes' names also where these are no texts, but numbers, so that every program can read them.
/// </summary>
internal static class ScoreSchema
{
    public static DataViewSchema Create(TorchImageClassificationModelParameters model, DataViewSchema.Column? label)
    {
        var plain = ScoreSchemaFactory.Create(
            new VectorDataViewType(NumberDataViewType.Single, model.ClassCount),
            AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification,
            model.ScoreColumnName)[0];
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(plain.Annotations, _ => true);
        if (label is { } column)
        {
            if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues) is { Type: VectorDataViewType type })
            {
                Utils.MarshalInvoke(AddClassValues<int>, type.ItemType.RawType, annotations, column, type);
            }

            var names = Classes.OfAll(column);
            annotations.AddSlotNames(names.Length, (ref VBuffer<ReadOnlyMemory<char>> slots) =>
                slots = new(names.Length, [.. names.Select(name => name.AsMemory())]));
        }

        var schema = new DataViewSchema.Builder();
        schema.AddColumn(plain.Name, plain.Type, annotations.ToAnnotations());
        return schema.ToSchema();
    }

    private static object? AddClassValues<T>(
        DataViewSchema.Annotations.Builder annotations, DataViewSchema.Column label, VectorDataViewType type)
    {
        ValueGetter<VBuffer<T>> getValues = (ref VBuffer<T> values) => label.GetKeyValues(ref values);
        annotations.Add(AnnotationUtils.Kinds.TrainingLabelValues, type, getValues);
        return null;
    }
}
