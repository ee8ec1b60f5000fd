using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Images;

namespace Plrs.MLNet.ImageClassification;

/// <summary>The columns that the trainer takes, and those that its transformer makes.</summary>
/// <param name="host">For the errors.</param>
/// <param name="feature">The column of images.</param>
/// <param name="label">The column of labels.</param>
internal readonly struct TrainerColumns(IHost host, SchemaShape.Column feature, SchemaShape.Column label)
{
    /// <summary>Refuses a schema without the columns, or with columns of other types.</summary>
    /// <remarks>ML.NET's base allows one type of feature column, and checks it where it cannot be overridden.</remarks>
    /// <param name="schema">The schema.</param>
    /// <param name="ofData">What the data is, before the name of a column.</param>
    public void Check(SchemaShape schema, string ofData)
    {
        host.CheckValue(schema, nameof(schema));
        if (!schema.TryFindColumn(feature.Name, out var foundFeature))
        {
            throw host.ExceptSchemaMismatch(nameof(schema), ofData + "feature", feature.Name);
        }

        if (!feature.IsCompatibleWith(foundFeature) && !IsImage(foundFeature))
        {
            throw host.ExceptSchemaMismatch(
                nameof(schema), ofData + "feature", feature.Name, ImageColumn.Types, foundFeature.GetTypeString());
        }

        if (!schema.TryFindColumn(label.Name, out var foundLabel))
        {
            throw host.ExceptSchemaMismatch(nameof(schema), ofData + "label", label.Name);
        }

        if (!label.IsCompatibleWith(foundLabel))
        {
            throw host.ExceptSchemaMismatch(
                nameof(schema), ofData + "label", label.Name, label.GetTypeString(), foundLabel.GetTypeString());
        }
    }

    /// <summary>The columns of the scores and of the predicted class.</summary>
    public SchemaShape.Column[] Output(SchemaShape input, string scoreColumn, string predictedLabelColumn)
    {
        host.Check(input.TryFindColumn(label.Name, out var found));
        var keyValues = found.Annotations.Where(annotation => annotation.Name == AnnotationUtils.Kinds.KeyValues);
        return
        [
            new SchemaShape.Column(
                scoreColumn,
                SchemaShape.Column.VectorKind.Vector,
                NumberDataViewType.Single,
                false,
                new SchemaShape(AnnotationUtils.AnnotationsForMulticlassScoreColumn(found))),
            new SchemaShape.Column(
                predictedLabelColumn,
                SchemaShape.Column.VectorKind.Scalar,
                NumberDataViewType.UInt32,
                true,
                new SchemaShape(keyValues.Concat(AnnotationUtils.GetTrainerOutputAnnotation()))),
        ];
    }

    private static bool IsImage(SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Scalar && ImageColumn.IsOfImages(column.ItemType);
}
