using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Plrs.MLNet.Experiments.Folders;
using PlrsTool.Models;
using Spectre.Console;

namespace PlrsTool.Commands;

/// <summary><c>plrs predict</c>: the classes of images.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var model = Inputs.Model();
        var images = new Argument<string[]>("images")
        {
            Description = "Image files, and folders with images at any depth.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("predict", "Predict the classes of images.") { model, images };
        return command.Answers(result => Run(result.GetRequiredValue(model), result.GetRequiredValue(images)));
    }

    private static Answer Run(string modelPath, string[] paths)
    {
        string[] images = [.. paths.SelectMany(Images)];
        var mlContext = new MLContext(seed: 1);
        using var model = TrainedModel.Open(mlContext, modelPath);
        var scores = CountedRows.Read("predicting", images, rows => Scores(mlContext, model, rows));
        var predictions = images.Zip(scores, (path, score) => Prediction.Of(path, score, model.Classes)).ToArray();
        Show(predictions);
        return new(
            new { predictions },
            Array.Exists(predictions, prediction => prediction.Error is not null) ? Answer.BadInput : Answer.Done,
            Next.AfterPrediction(modelPath));
    }

    private static IEnumerable<string> Images(string path)
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? [path] : throw new InputException($"There is no file or folder '{path}'.");
        }

        string[] images =
        [
            .. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(ImageFolder.IsImage).Order(StringComparer.Ordinal),
        ];
        return images.Length > 0 ? images : throw new InputException($"The folder '{path}' holds no images.");
    }

    private static float[][] Scores(MLContext mlContext, TrainedModel model, IEnumerable<string> images) =>
        [
            .. mlContext.Data.CreateEnumerable<Scored>(
                model.Score(images.Select(path => new ModelInput { ImagePath = Path.GetFullPath(path) })),
                reuseRowObject: false).Select(row => row.Score),
        ];

    private static void Show(Prediction[] predictions)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("file").AddColumn("class")
            .AddColumn(new TableColumn("probability").RightAligned());
        foreach (var prediction in predictions)
        {
            table.AddRow(
                Markup.Escape(prediction.File),
                prediction.Class is { } name ? Markup.Escape(name) : $"[yellow]{prediction.Error}[/]",
                prediction.Probability?.ToString("P1", CultureInfo.InvariantCulture) ?? "");
        }

        AnsiConsole.Write(table);
    }

    private sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }

    private sealed record Prediction(
        string File, string? Class, float? Probability, IReadOnlyDictionary<string, float>? Probabilities, string? Error)
    {
        public static Prediction Of(string path, float[] scores, string[] classes)
        {
            if (float.IsNaN(scores[0]))
            {
                return new(path, null, null, null, "cannot be read");
            }

            var probabilities = classes.Zip(scores).OrderByDescending(pair => pair.Second).ToArray();
            return new(path, probabilities[0].First, probabilities[0].Second, probabilities.ToDictionary(
                pair => pair.First, pair => pair.Second), null);
        }
    }
}
