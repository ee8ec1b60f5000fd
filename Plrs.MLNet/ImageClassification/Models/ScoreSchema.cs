using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Internal.Utilities;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// The schema of the score column: a vector with one probability a class, annotated as ML.NET annotates its own trainers' scores.
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
        if (label is { } column
            && column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues) is { Type: VectorDataViewType type })
        {
            Utils.MarshalInvoke(AddClassNames<int>, type.ItemType.RawType, annotations, column, type);
        }

        var schema = new DataViewSchema.Builder();
        schema.AddColumn(plain.Name, plain.Type, annotations.ToAnnotations());
        return schema.ToSchema();
    }

    private static object? AddClassNames<T>(
        DataViewSchema.Annotations.Builder annotations, DataViewSchema.Column label, VectorDataViewType type)
    {
        ValueGetter<VBuffer<T>> getNames = (ref VBuffer<T> names) => label.GetKeyValues(ref names);
        annotations.Add(AnnotationUtils.Kinds.TrainingLabelValues, type, getNames);
        if (type.ItemType is TextDataViewType)
        {
            annotations.Add(AnnotationUtils.Kinds.SlotNames, type, getNames);
        }

        return null;
    }
}
