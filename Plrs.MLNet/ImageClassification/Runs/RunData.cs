using Microsoft.ML.Data;
using Plrs.MLNet.Images;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.ImageClassification;

/// <summary>Reads a run's images into its cache, and says which are trained on and which validated on.</summary>
internal static class RunData
{
    /// <summary>Reads them.</summary>
    /// <param name="run">The run.</param>
    /// <param name="train">The training data.</param>
    /// <param name="validation">The validation data, or <see langword="null"/> to split it off.</param>
    /// <param name="classesOfValidation">Which class each key of the validation data is.</param>
    public static TrainingData Load(TrainingRun run, RoleMappedData train, RoleMappedData? validation, int[]? classesOfValidation)
    {
        var rows = validation is null ? train.Data.GetRowCount() : train.Data.GetRowCount() + validation.Data.GetRowCount();
        run.Cache.Prepare(rows);
        var trainSet = Load(train, ImageClassificationDataset.Train, classes: null, before: 0);
        if (validation is null)
        {
            return TrainingData.Split(trainSet, run.Options.ValidationSetFraction ?? 0, run.Seed, run.Start.Normalization);
        }

        var validationSet = Load(
            validation, ImageClassificationDataset.Validation, classesOfValidation, before: trainSet.Count + trainSet.SkippedCount);
        return TrainingData.Create(trainSet, validationSet, run.Start.Normalization);

        ImageSet Load(RoleMappedData data, ImageClassificationDataset dataset, int[]? classes, int before)
        {
            void Report(int done) => run.Observers.Tell(TrainingStage.ReadingImages, before + done, rows);
            var loader = new ImageSetLoader(run.Host, run.Cache, dataset, run.Stop.NoModelYet, Report, run.Observers.TellSkipped);
            return loader.Load(data.Data, data.Schema.Feature!.Value.Name, data.Schema.Label!.Value.Name, classes);
        }
    }
}
