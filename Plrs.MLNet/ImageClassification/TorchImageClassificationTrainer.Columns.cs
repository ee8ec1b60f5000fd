using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Images.Decoding;

namespace Plrs.MLNet.ImageClassification;

/// <content>The columns that the trainer takes, and those that its transformer makes.</content>
public sealed partial class TorchImageClassificationTrainer
{
    /// <summary>The shape of the columns that the trained transformer makes of a shape of input columns.</summary>
    /// <param name="inputSchema">The shape of the input columns.</param>
    /// <returns>The input columns, and the output columns in place of those with the same names.</returns>
    public new SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        CheckColumns(inputSchema, ofData: "");
        var columns = inputSchema.ToDictionary(column => column.Name);
        foreach (var column in GetOutputColumnsCore(inputSchema))
        {
            columns[column.Name] = column;
        }

        return new SchemaShape(columns.Values);
    }

    /// <inheritdoc/>
    protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
    {
        Host.Check(inputSchema.TryFindColumn(LabelColumn.Name, out var label));
        var keyValues = label.Annotations.Where(annotation => annotation.Name == AnnotationUtils.Kinds.KeyValues);
        return
        [
            new SchemaShape.Column(
                _options.ScoreColumnName,
                SchemaShape.Column.VectorKind.Vector,
                NumberDataViewType.Single,
                false,
                new SchemaShape(AnnotationUtils.AnnotationsForMulticlassScoreColumn(label))),
            new SchemaShape.Column(
                _options.PredictedLabelColumnName,
                SchemaShape.Column.VectorKind.Scalar,
                NumberDataViewType.UInt32,
                true,
                new SchemaShape(keyValues.Concat(AnnotationUtils.GetTrainerOutputAnnotation()))),
        ];
    }

    // ML.NET's base allows one type of feature column, and checks it where it cannot be overridden.
    private void CheckColumns(SchemaShape schema, string ofData)
    {
        Host.CheckValue(schema, nameof(schema));
        if (!schema.TryFindColumn(FeatureColumn.Name, out var feature))
        {
            throw Host.ExceptSchemaMismatch(nameof(schema), ofData + "feature", FeatureColumn.Name);
        }

        if (!FeatureColumn.IsCompatibleWith(feature) && !(feature.Kind == SchemaShape.Column.VectorKind.Scalar && ImageColumn.IsOfImages(feature.ItemType)))
        {
            throw Host.ExceptSchemaMismatch(nameof(schema), ofData + "feature", FeatureColumn.Name, ImageColumn.Types, feature.GetTypeString());
        }

        if (!schema.TryFindColumn(LabelColumn.Name, out var label))
        {
            throw Host.ExceptSchemaMismatch(nameof(schema), ofData + "label", LabelColumn.Name);
        }

        if (!LabelColumn.IsCompatibleWith(label))
        {
            throw Host.ExceptSchemaMismatch(nameof(schema), ofData + "label", LabelColumn.Name, LabelColumn.GetTypeString(), label.GetTypeString());
        }
    }
}
