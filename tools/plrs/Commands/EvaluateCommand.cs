using System.Collections.Concurrent;
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
        var mlContext = LibraryWords.Tell(new MLContext(seed: 1));
        var passedOver = new PassedOver();
        var images = ImageFolder.List(folder, passedOver);
        using var model = TrainedModel.Open(mlContext, modelPath);
        var labels = images.Select(image => image.Label).Concat(passedOver.EmptyClasses).Distinct().ToArray();
        if (Array.Find(labels, label => !model.Classes.Contains(label)) is { } unknown)
        {
            throw new InputException(
                $"The folder '{folder}' has the class '{unknown}', which the model does not know; " +
                $"it knows {string.Join(", ", model.Classes)}.{LookAlike.Hint(unknown, model.Classes)}");
        }

        Report.PassedOver(passedOver);
        Report.Empty([.. model.Classes.Except(labels)]);
        var unreadable = new ConcurrentDictionary<string, bool>();
        var metrics = CountedRows.Read("testing", images, rows => Evaluate(mlContext, model, rows, path => unreadable[path] = true));
        string[] skipped = [.. images.Select(image => image.ImagePath).Where(unreadable.ContainsKey)];
        if (skipped.Length == images.Length)
        {
            throw new InputException($"None of the images of '{folder}' can be read.");
        }

        Report.Unreadable(skipped);
        Report.Metrics(metrics, model.Classes, images.Length);
        var figures = TestFigures.Of(metrics, model.Classes, images.Length);
        return new(
            new
            {
                figures.Images,
                figures.Skipped,
                figures.MicroAccuracy,
                figures.MacroAccuracy,
                figures.LogLoss,
                figures.Classes,
                skippedFiles = skipped,
                passedOver = passedOver.Counts,
            },
            skipped.Length > 0 ? Answer.BadInput : Answer.Done,
            Next.AfterEvaluation(modelPath));
    }

    private static MulticlassClassificationMetrics Evaluate(
        MLContext mlContext, TrainedModel model, IEnumerable<ModelInput> images, Action<string> skip)
    {
        var keys = mlContext.Data.LoadFromEnumerable(model.Classes.Select(name => new ClassName { Label = name }));
        var scored = mlContext.Data.FilterByCustomPredicate<Scored>(model.Score(images), image =>
        {
            var isSkipped = float.IsNaN(image.Score[0]);
            if (isSkipped)
            {
                skip(image.ImagePath);
            }

            return isSkipped;
        });
        var labelled = mlContext.Transforms.Conversion.MapValueToKey(nameof(ModelInput.Label), keyData: keys).Fit(scored).Transform(scored);
        return mlContext.MulticlassClassification.Evaluate(labelled);
    }

    private sealed class Scored
    {
        public string ImagePath { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
