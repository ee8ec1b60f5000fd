using Microsoft.ML;
using Microsoft.ML.Data;

namespace Plrs.MLNet.Experiments.Folders;

/// <summary>A row of the data: what the pipeline reads.</summary>
internal sealed class ModelInput
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";
}

/// <summary>What the trained pipeline adds to a row.</summary>
internal sealed class ModelOutput
{
    public string PredictedLabel { get; set; } = "";

    /// <summary>The probability of each class; of the predicted class it is the largest.</summary>
    public float[] Score { get; set; } = [];

    /// <summary>The classes, in the order of the scores.</summary>
    public static string[] ClassNames(DataViewSchema schema)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema[nameof(Score)].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
