using Microsoft.ML.Data;
using Microsoft.ML.Vision;

namespace Microsoft.ML;

/// <summary>In the place of Microsoft.ML.Vision's catalog: it refuses, and says what to do.</summary>
public static class VisionCatalog
{
    public static ImageClassificationTrainer ImageClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        ImageClassificationTrainer.Options options) =>
        throw StandIn.Refusal();

    public static ImageClassificationTrainer ImageClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string scoreColumnName = DefaultColumnNames.Score,
        string predictedLabelColumnName = DefaultColumnNames.PredictedLabel,
        IDataView? validationSet = null) =>
        throw StandIn.Refusal();
}
