using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Reports;
using PlrsTool.Models;

namespace PlrsTool.Commands;

/// <summary><c>plrs evaluate</c>: what a model makes of images whose class is known.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var model = Inputs.Model();
        var folder = Inputs.Folder("The images to test with");
        var command = new Command("evaluate", "Compare what a model predicts with the classes of a folder of images.") { model, folder };
        return command.Answers(result => Run(result.GetRequiredValue(model), result.GetRequiredValue(folder)));
    }

    private static Answer Run(string modelPath, string folder)
    {
        var mlContext = new MLContext(seed: 1);
        var images = ImageFolder.List(folder);
        using var model = TrainedModel.Open(mlContext, modelPath);
        if (images.FirstOrDefault(image => !model.Classes.Contains(image.Label)) is { } unknown)
        {
            throw new InputException(
                $"The folder '{folder}' has the class '{unknown.Label}', which the model does not know; " +
                $"it knows {string.Join(", ", model.Classes)}.");
        }

        var metrics = CountedRows.Read("testing", images, rows => Evaluate(mlContext, model, rows));
        if (metrics.ConfusionMatrix.Counts.Sum(row => row.Sum()) == 0)
        {
            throw new InputException($"None of the images of '{folder}' can be read.");
        }

        Report.Metrics(metrics, model.Classes);
        return new(TestFigures.Of(metrics, model.Classes, images.Length), Next: Next.AfterEvaluation(modelPath));
    }

    private static MulticlassClassificationMetrics Evaluate(MLContext mlContext, TrainedModel model, IEnumerable<ModelInput> images)
    {
        var keys = mlContext.Data.LoadFromEnumerable(model.Classes.Select(name => new ClassName { Label = name }));
        var scored = mlContext.Data.FilterRowsByMissingValues(model.Score(images), nameof(ModelOutput.Score));
        var labelled = mlContext.Transforms.Conversion.MapValueToKey(nameof(ModelInput.Label), keyData: keys).Fit(scored).Transform(scored);
        return mlContext.MulticlassClassification.Evaluate(labelled);
    }
}
