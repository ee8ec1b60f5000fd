using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Reports;
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
        var passedOver = new PassedOver();
        Given[] given = [.. paths.SelectMany(path => Images(path, passedOver))];

        // One path that is wrong is told of beside the others.
        if (Array.TrueForAll(given, entry => entry.Error is not null))
        {
            throw new InputException(given[0].Error!);
        }

        string[] images = [.. given.Where(entry => entry.Error is null).Select(entry => entry.Path)];
        var mlContext = LibraryWords.Tell(new MLContext(seed: 1));
        using var model = TrainedModel.Open(mlContext, modelPath);
        Report.PassedOver(passedOver);
        var scores = new Queue<float[]>(CountedRows.Read("predicting", images, rows => Scores(mlContext, model, rows)));
        var predictions = given.Select(entry =>
            entry.Error is { } error ? Prediction.Failed(entry.Path, error) : Prediction.Of(entry.Path, scores.Dequeue(), model.Classes))
            .ToArray();
        Show(predictions);
        return new(
            new { predictions, passedOver = passedOver.Counts },
            Array.Exists(predictions, prediction => prediction.Error is not null) ? Answer.BadInput : Answer.Done,
            Next.AfterPrediction(modelPath));
    }

    private static IEnumerable<Given> Images(string path, PassedOver passedOver)
    {
        if (!Directory.Exists(path))
        {
            return [new(path, File.Exists(path) ? null : $"There is no file or folder '{path}'.")];
        }

        var images = ImageFiles.In(path, passedOver);
        return images.Length > 0 ? images.Select(image => new Given(image)) : [new(path, $"The folder '{path}' holds no images.")];
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
                prediction.Class is { } name ? Markup.Escape(name) : $"[yellow]{Markup.Escape(prediction.Error!)}[/]",
                prediction.Probability?.ToString("P1", CultureInfo.InvariantCulture) ?? "");
        }

        AnsiConsole.Write(table);
    }

    /// <summary>An image to predict, or a path where there is none.</summary>
    private sealed record Given(string Path, string? Error = null);

    private sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }

    private sealed record Prediction(
        string File, string? Class, float? Probability, IReadOnlyDictionary<string, float>? Probabilities, string? Error)
    {
        public static Prediction Failed(string path, string error) => new(path, null, null, null, error);

        public static Prediction Of(string path, float[] scores, string[] classes)
        {
            if (float.IsNaN(scores[0]))
            {
                return Failed(path, "cannot be read");
            }

            var probabilities = classes.Zip(scores).OrderByDescending(pair => pair.Second).ToArray();
            return new(path, probabilities[0].First, probabilities[0].Second, probabilities.ToDictionary(
                pair => pair.First, pair => pair.Second), null);
        }
    }
}
