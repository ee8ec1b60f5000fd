using System.Diagnostics;
using Microsoft.ML;
using Plrs.MLNet;

namespace TrainOnFolder;

/// <summary>Trains and tests once for each fold: every image is held out once, by a model that has not seen it.</summary>
internal static class CrossValidation
{
    public static void Run(MLContext mlContext, ModelInput[] images, Settings settings)
    {
        var accuracies = new List<double>();
        var data = mlContext.Data.LoadFromEnumerable(images);
        foreach (var fold in mlContext.Data.StratifiedCrossValidationSplit(data, "Label", settings.Folds, seed: settings.Seed))
        {
            var clock = Stopwatch.StartNew();
            using var model = Trainer.Pipeline(mlContext, Trainer.Options(settings), settings).WithProgress().Fit(fold.TrainSet);
            var predictions = mlContext.Data.FilterRowsByMissingValues(model.Transform(fold.TestSet), "Score");
            accuracies.Add(mlContext.MulticlassClassification.Evaluate(predictions).MicroAccuracy);
            Report.Fold(accuracies.Count, accuracies[^1], clock.Elapsed);
        }

        Report.Folds(accuracies);
    }
}
