using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Experiments.Folders;
using PlrsTool.Models;

namespace PlrsTool.Project;

/// <summary>A trained model with the columns that Model Builder's projects have: the class as a text, and the image in memory.</summary>
internal static class ProjectModel
{
    private const string Predicted = "PredictedLabel";

    public static void Save(MLContext mlContext, TrainedModel model, string path)
    {
        var rows = mlContext.Data.LoadFromEnumerable<Row>([]);
        var keys = mlContext.Data.LoadFromEnumerable(model.Classes.Select(name => new ClassName { Label = name }));
        var columns = mlContext.Transforms.Conversion.MapValueToKey(nameof(Row.Label), keyData: keys)
            .Append(mlContext.Transforms.CopyColumns(model.ImageColumn, nameof(Row.ImageSource)))
            .Fit(rows);
        var scored = model.FromImages.Transform(columns.Transform(rows));
        ITransformer[] parts = scored.Schema[Predicted].Type is TextDataViewType
            ? [columns, model.FromImages]
            : [columns, model.FromImages, mlContext.Transforms.Conversion.ConvertType(Predicted, outputKind: DataKind.String).Fit(scored)];
        ResultFile.Write(path, mlContext, new TransformerChain<ITransformer>(parts), rows.Schema);
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";

        public byte[] ImageSource { get; set; } = [];
    }
}
