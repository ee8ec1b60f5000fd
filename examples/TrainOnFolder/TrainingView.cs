using System.Globalization;
using Microsoft.ML;
using Plrs.MLNet.Images;
using Plrs.MLNet.Training;
using Spectre.Console;

namespace TrainOnFolder;

/// <summary>Shows a training while it runs: a line for each epoch and, on a terminal, a progress bar over the steps below them.</summary>
internal sealed class TrainingView(int epochs)
{
    private ProgressTask? _bar;
    private ImageClassificationMetrics? _train;

    public TrainingHistory History { get; } = new();

    /// <summary>Runs the training and shows what it reports.</summary>
    public T Run<T>(Func<T> training)
    {
        var result = AnsiConsole.Profile.Capabilities.Interactive ? WithBar(training) : training();
        FlushEpoch(null);
        AnsiConsole.WriteLine();
        return result;
    }

    /// <summary>For the context's <c>Log</c>: what is done before the steps on images.</summary>
    public void ShowStage(object? context, LoggingEventArgs message)
    {
        if (_bar is not null && History.Steps.Count == 0 && TrainingStage.Of(message.Source) is { } stage)
        {
            _bar.Description = stage;
        }
    }

    /// <summary>For the trainer's <c>StepCallback</c>.</summary>
    public void ShowStep(StepMetrics metrics)
    {
        History.Steps.Add(metrics);
        if (_bar is not null)
        {
            _bar.MaxValue = (double)epochs * metrics.Step.StepsPerEpoch;
            _bar.Value = metrics.Step.Index + 1;
            _bar.Description = string.Create(CultureInfo.InvariantCulture, $"loss {metrics.CrossEntropy:F3}, rate {metrics.LearningRate:F4}");
        }
    }

    /// <summary>For the trainer's <c>MetricsCallback</c>: the training set's figures, then, if there is one, the validation set's.</summary>
    public void ShowEpoch(ImageClassificationMetrics metrics)
    {
        if (metrics.DatasetUsed == ImageClassificationDataset.Validation)
        {
            History.Validation.Add(metrics);
            FlushEpoch(metrics);
            return;
        }

        FlushEpoch(null);
        History.Train.Add(metrics);
        _train = metrics;
    }

    private T WithBar<T>(Func<T> training) => AnsiConsole.Progress()
        .AutoClear(true)
        .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn())
        .Start(context =>
        {
            _bar = context.AddTask("reading images");
            return training();
        });

    private void FlushEpoch(ImageClassificationMetrics? validation)
    {
        if (_train is { } train)
        {
            if (History.Train.Count == 1)
            {
                AnsiConsole.MarkupLine($"[bold]epoch  train loss  accuracy  {(validation is null ? "" : "validation loss  accuracy  ")}last rate  images/s[/]");
            }

            AnsiConsole.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{train.Epoch + 1,5}  {train.CrossEntropy,10:F4}  {train.Accuracy,8:P1}  {(validation is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{validation.CrossEntropy,15:F4}  {validation.Accuracy,8:P1}  "))}{train.LearningRate,9:F5}  {train.ImagesPerSecond,8:F0}"));
            _train = null;
        }
    }
}
