using System.Globalization;
using Microsoft.ML.Data;
using Plrs.MLNet.Experiments.Comparisons.Reports;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Training;
using Spectre.Console;

namespace Plrs.MLNet.Experiments.Reports;

/// <summary>What the program tells before and after the training.</summary>
internal static class Report
{
    // A file has no width to wrap lines at.
    private const int WidthOfFile = 160;

    /// <summary>Makes the console ready: it shows what would command a terminal, and one that is no terminal gets a width.</summary>
    public static void FitWidth()
    {
        VisibleText.On(AnsiConsole.Console);
        if (!AnsiConsole.Profile.Out.IsTerminal)
        {
            AnsiConsole.Profile.Width = WidthOfFile;
        }
    }

    public static void Data(string folder, ModelInput[] train, ModelInput[] test)
    {
        AnsiConsole.MarkupLineInterpolated(
            $"[bold]{folder}[/]: {Counted.Of(train.Length, "image")} to train on, {test.Length} held out for the test");
        var testCounts = test.CountBy(image => image.Label).ToDictionary();
        var table = new Table().Border(TableBorder.Rounded).AddColumn("class").AddColumn(Number("train")).AddColumn(Number("test"));
        foreach (var (name, count) in train.CountBy(image => image.Label))
        {
            table.AddRow(Markup.Escape(name), Text(count), Text(testCounts[name]));
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine();
    }

    /// <summary>Says what was left out when folders were read.</summary>
    public static void PassedOver(PassedOver others)
    {
        if (others.Words is { Length: > 0 } words)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]Passed over: {words}[/]");
        }

        Empty(others.EmptyClasses);
    }

    /// <summary>Names classes without images.</summary>
    public static void Empty(IReadOnlyCollection<string> classes)
    {
        if (classes.Count > 0)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]Without images: {string.Join(", ", classes)}[/]");
        }
    }

    /// <summary>Says of the images that are held out that their accuracy is told while the network trains.</summary>
    public static void Validation(TrainSettings settings)
    {
        if (settings.FineTuning != FineTuningName.Scratch)
        {
            AnsiConsole.WriteLine("The images held out are the validation images of the lines below; nothing is chosen by them.");
        }
    }

    /// <summary>Says of an image why it is not used, to train on or to validate on.</summary>
    public static void Skipped(SkippedImage image, ModelInput[] train, ModelInput[] heldOut)
    {
        var path = (image.DatasetUsed == ImageClassificationDataset.Train ? train : heldOut)[(int)image.Row].ImagePath;
        AnsiConsole.MarkupLineInterpolated($"[yellow]Skipped {path}: {image.Reason}.[/]");
    }

    /// <summary>Names images that cannot be read.</summary>
    public static void Unreadable(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]Skipped {path}: it cannot be read.[/]");
        }
    }

    /// <param name="metrics">The figures.</param>
    /// <param name="classNames">The classes in the matrix's order.</param>
    /// <param name="given">The number of images that were to be tested with; those that cannot be read are in no figure.</param>
    public static void Metrics(MulticlassClassificationMetrics metrics, string[] classNames, int given)
    {
        var counts = metrics.ConfusionMatrix.Counts;
        var table = new Table().Border(TableBorder.Rounded).Title("True class by predicted class").AddColumn("");
        foreach (var name in classNames)
        {
            table.AddColumn(Number(name));
        }

        table.AddColumn(Number("recall"));
        for (var i = 0; i < classNames.Length; i++)
        {
            string[] cells =
            [
                Markup.Escape(classNames[i]),
                .. counts[i].Select((count, j) => Cell(count, i == j)),
                counts[i].Sum() > 0 ? Percent(metrics.ConfusionMatrix.PerClassRecall[i]) : "–",
            ];
            table.AddRow(cells);
        }

        AnsiConsole.Write(table);
        var tested = (int)counts.Sum(row => row.Sum());
        var images = tested == given ? Text(tested) : $"{Text(tested)} of {Text(given)}";
        var rest = tested == given ? "" : $"; {Text(given - tested)} cannot be read, and are in no figure";
        var (micro, macro) = (Percent(metrics.MicroAccuracy), Percent(metrics.MacroAccuracy));
        var (loss, chance) = (metrics.LogLoss.ToString("F3", CultureInfo.InvariantCulture), Percent(1.0 / classNames.Length));
        AnsiConsole.MarkupLine(
            $"On {images} images: micro-accuracy [bold]{micro}[/], macro-accuracy [bold]{macro}[/], " +
            $"log-loss [bold]{loss}[/]; chance is {chance}{rest}");
        AnsiConsole.WriteLine();
    }

    public static void Predictions(IEnumerable<ModelInput> images, Func<ModelInput, ModelOutput> predict)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("The saved model, loaded again, on a few of them")
            .AddColumn("file").AddColumn("true class").AddColumn("predicted class").AddColumn(Number("probability"));
        foreach (var image in images)
        {
            var output = predict(image);
            string[] prediction = float.IsNaN(output.Score[0])
                ? ["[yellow]cannot be read[/]", ""]
                : [Colored(output.PredictedLabel, output.PredictedLabel == image.Label), Percent(output.Score.Max())];
            table.AddRow([Markup.Escape(Path.GetFileName(image.ImagePath)), Markup.Escape(image.Label), .. prediction]);
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine();
    }

    public static void Fold(int number, double accuracy, TimeSpan time) =>
        AnsiConsole.MarkupLineInterpolated(
            $"Fold {number}: micro-accuracy [bold]{Percent(accuracy)}[/] after {Text((int)time.TotalSeconds)} s");

    public static void Folds(IReadOnlyCollection<double> accuracies) => AnsiConsole.MarkupLineInterpolated(OfFolds(new Sample(accuracies)));

    /// <summary>The mean accuracy of the folds, with the standard deviation of a sample, as in a comparison of schedules.</summary>
    public static FormattableString OfFolds(Sample accuracies)
    {
        var (mean, deviation) = (Percent(accuracies.Mean), Percent(accuracies.StandardDeviation));
        return $"{accuracies.Count} folds: mean micro-accuracy [bold]{mean}[/], standard deviation {deviation}";
    }

    public static void Saved(params string[] paths)
    {
        foreach (var path in paths)
        {
            AnsiConsole.MarkupLineInterpolated($"Saved [bold]{path}[/]");
        }
    }

    public static void Problem(string message)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Profile.Width = WidthOfFile;
        VisibleText.On(console);
        console.MarkupLineInterpolated($"[red]{message}[/]");
    }

    private static TableColumn Number(string name) => new TableColumn(Markup.Escape(name)).RightAligned();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Cell(double count, bool isCorrect) => count == 0 ? "[dim]0[/]" : Colored(Text((int)count), isCorrect);

    private static string Colored(string text, bool isCorrect) => $"[{(isCorrect ? "green" : "red")}]{Markup.Escape(text)}[/]";

    private static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);
}
