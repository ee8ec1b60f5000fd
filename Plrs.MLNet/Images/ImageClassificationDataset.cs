namespace Plrs.MLNet;

/// <summary>The data that a metric was measured on.</summary>
public enum ImageClassificationDataset
{
    /// <summary>The training set; its metrics are means over the epoch's batches, while the weights were changing.</summary>
    Train,

    /// <summary>The validation set, measured at the end of the epoch.</summary>
    Validation,
}
