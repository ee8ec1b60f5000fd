using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Reports;
using Plrs.MLNet.Experiments.Training;

namespace TrainOnFolder;

/// <summary>Trains and tests once for each fold: every image is held out once, by a model that has not seen it.</summary>
internal static class CrossValidation
{
    public static void Run<T>(
        MLContext mlContext,
        ModelInput[] images,
        TrainSettings settings,
        Func<TorchImageClassificationTrainer.Options, IEstimator<TransformerChain<T>>> pipeline)
        where T : class, ITransformer
    {
        var accuracies = new List<double>();
        var data = mlContext.Data.LoadFromEnumerable(images);
        foreach (var fold in mlContext.Data.StratifiedCrossValidationSplit(data, "Label", settings.Folds, seed: settings.Seed))
        {
            var clock = Stopwatch.StartNew();
            using var model = pipeline(Trainer.Options(settings)).WithProgress().Fit(fold.TrainSet);
            var predictions = mlContext.Data.FilterRowsByMissingValues(model.Transform(fold.TestSet), "Score");
            accuracies.Add(mlContext.MulticlassClassification.Evaluate(predictions).MicroAccuracy);
            Report.Fold(accuracies.Count, accuracies[^1], clock.Elapsed);
        }

        Report.Folds(accuracies);
    }
}
