namespace TrainOnFolder;

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
}
