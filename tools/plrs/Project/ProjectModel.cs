using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Experiments.Folders;
using PlrsTool.Models;

namespace PlrsTool.Project;

/// <summary>A trained model with the columns that Model Builder's projects have: the class, and the image in memory.</summary>
internal static class ProjectModel
{
    public static void Save(MLContext mlContext, TrainedModel model, string path)
    {
        var rows = mlContext.Data.LoadFromEnumerable<Row>([]);
        var keys = mlContext.Data.LoadFromEnumerable(model.Classes.Select(name => new ClassName { Label = name }));
        var columns = mlContext.Transforms.Conversion.MapValueToKey(nameof(Row.Label), keyData: keys)
            .Append(mlContext.Transforms.CopyColumns(model.ImageColumn, nameof(Row.ImageSource)))
            .Fit(rows);
        ResultFile.Write(path, mlContext, new TransformerChain<ITransformer>(columns, model.FromImages), rows.Schema);
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";

        public byte[] ImageSource { get; set; } = [];
    }
}
