using System.Globalization;
using System.Net;
using System.Text;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Reports;
using Plrs.MLNet.Experiments.Training;

namespace Plrs.MLNet.Experiments.Comparisons.Reports;

/// <summary>The report as one page that needs nothing else: no scripts, no other files.</summary>
internal static class HtmlReport
{
    public static string Write(Comparison comparison, string folder)
    {
        var path = Path.Combine(folder, "report.html");
        ResultFile.Write(path, Page(comparison));
        return path;
    }

    public static string Page(Comparison comparison)
    {
        var settings = comparison.Settings;
        var title = $"Learning-rate schedules: {settings.Network} on {settings.Data}";
        var page = new StringBuilder($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{Encode(title)}</title>
            <style>
            {PageStyle.Sheet()}</style>
            </head>
            <body>
            <h1>{Encode(title)}</h1>
            <p class="soft">{Encode(Description(settings))}</p>

            """);
        AddProblems(page, comparison);
        page.Append("<h2>Test accuracy after the last epoch</h2>\n").Append(Headline(comparison)).Append(
            Accuracies(comparison, "Test accuracy after the last epoch, %", weights => weights.Final));
        AddCharts(page, comparison);
        page.Append("<h2>Test accuracy of the best epoch</h2>\n<p>The epoch is chosen by the test images themselves, " +
            "so these figures are too good; the paper does not say of which epoch its own are.</p>\n")
            .Append(Accuracies(comparison, "Test accuracy of the best epoch, %", weights => weights.Best))
            .Append("<h2>Speed and stability</h2>\n").Append(Speed(comparison))
            .Append("<h2>The schedules</h2>\n").Append(Schedules(comparison))
            .Append("<h2>How it was measured</h2>\n").Append(Method(comparison));
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static string Description(ExperimentSettings settings)
    {
        var test = settings.Folds > 0
            ? $"in {settings.Folds} folds, each tested with once"
            : $"to train on, {settings.TestImages} to test with";
        var start = settings.FineTuning == FineTuningName.Scratch
            ? "from random weights"
            : $"from weights for ImageNet ({settings.FineTuning.ToString().ToLowerInvariant()} fine-tuning)";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted.Of(settings.TrainImages, "image")} of {settings.Classes} classes {test}. " +
            $"{Counted.Of(settings.Epochs, "epoch")} in batches of {settings.BatchSize}, {start}, " +
            $"SGD without weight decay; seeds {string.Join(", ", settings.Seeds)}.");
    }

    private static void AddProblems(StringBuilder page, Comparison comparison)
    {
        if (comparison.Missing.Count > 0)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<p class=\"problem\">{Counted.Of(comparison.Missing.Count, "run")} " +
                $"{(comparison.Missing.Count == 1 ? "is" : "are")} not finished, and not in these figures: " +
                $"{Encode(string.Join(", ", comparison.Missing.Select(run => run.Name)))}.</p>\n");
        }

        foreach (var run in comparison.Runs.Where(run => run.Failure is not null))
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<p class=\"problem\">{Encode(run.Key.Name)} failed, and is not in these figures: {Encode(run.Failure!)}</p>\n");
        }
    }

    private static string Headline(Comparison comparison)
    {
        var best = comparison.Schedules.SelectMany(schedule => schedule.Weights.Select(weights => (schedule, weights)))
            .Where(entry => entry.weights.Final.Count > 0)
            .OrderByDescending(entry => entry.weights.Final.Mean).ToArray();
        return best is [var first, ..]
            ? $"<p>The highest mean is that of {Encode(first.schedule.Schedule.Title)} with {first.weights.Weights.Title}: " +
                $"{Figures.MeanAndDeviation(first.weights.Final)} %. The best of each column is set off.</p>\n"
            : "";
    }

    private static HtmlTable Accuracies(Comparison comparison, string caption, Func<WeightsSummary, Sample> sample)
    {
        var table = new HtmlTable(
            caption, ["schedule", .. TestedWeights.Both.SelectMany(weights => new[] { $"{weights.Title}: max", "mean (s.d.)" }), "runs"]);
        foreach (var schedule in comparison.Schedules)
        {
            var samples = schedule.Weights.Select(sample).ToArray();
            string[] cells = [.. samples.SelectMany(of => new[] { Figures.Maximum(of), Figures.MeanAndDeviation(of) })];
            var best = samples.Index().SelectMany(of => new[]
            {
                (
                    Cell: 1 + (2 * of.Index),
                    IsBest: of.Item.Maximum >= comparison.Schedules.Max(other => sample(other.Weights[of.Index]).Maximum)),
                (Cell: 2 + (2 * of.Index), IsBest: of.Item.Mean >= comparison.Schedules.Max(other => sample(other.Weights[of.Index]).Mean)),
            });
            table.Add(
                [schedule.Schedule.Title, .. cells, Figures.Runs(schedule)], best.Where(cell => cell.IsBest).Select(cell => cell.Cell));
        }

        return table;
    }

    private static void AddCharts(StringBuilder page, Comparison comparison)
    {
        if (comparison.Schedules.All(schedule => schedule.Completed.Count == 0))
        {
            return;
        }

        page.Append(
            "<div class=\"charts\">\n<figure><figcaption>Each run after the last epoch <span>full: " +
            "averaged weights, ring: last weights</span></figcaption>")
            .Append(SvgChart.Dots("Test accuracy of each run after the last epoch", comparison.Schedules)).Append("</figure>\n");
        foreach (var chart in Chart.All)
        {
            var series = chart.Of(comparison);
            var legend = string.Concat(series.Select(line => $"<li class=\"s-{line.Schedule.Name}\">{Encode(line.Schedule.Title)}</li>"));
            page.Append(
                CultureInfo.InvariantCulture,
                $"<figure><figcaption>{Encode(chart.Title)} <span>{chart.Unit}, mean over the runs</span></figcaption>")
                .Append(SvgChart.Lines(chart.Title, series, chart.Axis(series))).Append(
                    CultureInfo.InvariantCulture, $"<ul class=\"legend\">{legend}</ul></figure>\n");
        }

        page.Append("</div>\n");
    }

    private static HtmlTable Speed(Comparison comparison)
    {
        var target = Figures.Percent(comparison.Target);
        var table = new HtmlTable(
            $"To a test accuracy of {target} %, and over the whole run: means over the runs",
            [
                "schedule",
                .. TestedWeights.Both.SelectMany(weights => new[] { $"{weights.Title}: epochs", "seconds", "runs that reach it" }),
                "training loss",
                "spikes",
                "seconds of the run",
            ]);
        foreach (var schedule in comparison.Schedules)
        {
            string[] cells = [.. schedule.Weights.SelectMany(weights => weights.To(comparison.Target) is var (epochs, seconds)
                ? new[]
                {
                    Figures.Number(epochs.Mean, "F1"),
                    Figures.Number(seconds.Mean, "F0"),
                    $"{epochs.Count} of {schedule.Completed.Count}",
                } : [])];
            table.Add(
                [
                    schedule.Schedule.Title,
                    .. cells,
                    Figures.Number(schedule.TrainLoss.Mean, "F4"),
                    Figures.Number(schedule.Spikes.Mean, "F1"),
                    Figures.Number(schedule.Seconds.Mean, "F0"),
                ]);
        }

        return table;
    }

    private static string Schedules(Comparison comparison)
    {
        var schedules = comparison.Schedules.Select(schedule =>
            $"<dt><strong>{Encode(schedule.Schedule.Title)}</strong></dt><dd>{string.Join("<br>", schedule.Rates.Select(Encode))}</dd>\n");
        return $"<dl>\n{string.Concat(schedules)}</dl>\n";
    }

    private static string Method(Comparison comparison)
    {
        var chosen = comparison.IsTargetGiven ? "the one asked for" : "95 % of the best mean, rounded down to a whole per cent";
        var decay = comparison.Settings.AveragingDecay.ToString(CultureInfo.InvariantCulture);
        return $"""
            <ul>
            <li>Both rows of figures are of the same trainings: averaging changes no step.
            The average is exponential, with a decay of {decay} a step.</li>
            <li>A standard deviation (s.d.) is that of a sample, with n − 1.</li>
            <li>The target accuracy of {Figures.Percent(comparison.Target)} % is {chosen}.
            Runs that do not reach it are not in the mean.</li>
            <li>Seconds are those of the training steps, without the tests and without decoding the images.
            They depend on what else the machine did.</li>
            <li>A spike is a step whose loss is above the mean of the {Spikes.Window} losses before it
            by more than {Spikes.Deviations} of their standard deviations; the {Spikes.Window} steps after it belong to it.</li>
            <li>Trained on: {Encode(string.Join("; ", comparison.Runs.Select(run => run.Machine).Distinct().Order()))}.</li>
            </ul>

            """;
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
