using System.Globalization;
using System.Net;
using System.Text;
using Plrs.MLNet.Experiments.Schedules;

namespace Plrs.MLNet.Experiments.Comparisons.Reports;

/// <summary>A line of a chart: a number for each epoch.</summary>
internal sealed record Series(NamedSchedule Schedule, IReadOnlyList<double> Values);

/// <summary>Draws charts as SVG elements of a page, whose style sheet gives the colours.</summary>
internal static class SvgChart
{
    private const int Width = 480;
    private const int Left = 56;
    private const int Right = 14;
    private const int Top = 12;
    private const int Bottom = 44;
    private const int PlotWidth = Width - Left - Right;
    private const int LineHeight = 310;
    private const int RowHeight = 40;
    private const int RowLine = 29;

    /// <summary>A figure of each epoch, a line for each schedule.</summary>
    public static string Lines(string title, IReadOnlyList<Series> series, Axis values)
    {
        var plotHeight = LineHeight - Top - Bottom;
        var epochs = new Axis(1, Math.Max(2, series.Max(line => line.Values.Count)), isOfWholes: true);
        var svg = Begin(title, LineHeight);
        foreach (var mark in values.Marks)
        {
            Add(svg, $"<path class=\"grid\" d=\"M{Left} {Y(mark):F1}h{PlotWidth}\"/>");
            var label = mark.ToString($"F{values.Decimals}", CultureInfo.InvariantCulture);
            Add(svg, $"<text x=\"{Left - 7}\" y=\"{Y(mark) + 5:F1}\" text-anchor=\"end\">{label}</text>");
        }

        AddBottom(svg, epochs, LineHeight, "epoch");
        foreach (var (schedule, line) in series)
        {
            Add(svg, $"<path class=\"line s-{schedule.Name}\" d=\"");
            var command = 'M';
            foreach (var (i, value) in line.Index().Where(value => !double.IsNaN(value.Item)))
            {
                Add(svg, $"{command}{Left + (PlotWidth * epochs.Share(i + 1)):F1} {Y(value):F1}");
                command = 'L';
            }

            // So that a single epoch is seen, too.
            Add(svg, $"h0\"/>");
        }

        return svg.Append("</svg>").ToString();

        // What lies far above would press the rest together, and is cut off at the top.
        double Y(double value) => Top + (plotHeight * (1 - Math.Clamp(values.Share(value), 0, 1)));
    }

    /// <summary>A dot for each run: full ones of the averaged weights, and rings of the last ones.</summary>
    public static string Dots(string title, IReadOnlyList<ScheduleSummary> schedules)
    {
        var height = Top + (RowHeight * schedules.Count) + Bottom;
        var runs = schedules.SelectMany(schedule => schedule.Completed).ToArray();
        var all = runs.SelectMany(run => TestedWeights.Both.Select(weights => 100 * weights.Accuracy(run.Epochs[^1])))
            .DefaultIfEmpty(0).ToArray();
        var axis = new Axis(all.Min(), all.Max());
        var svg = Begin(title, height);
        foreach (var (row, schedule) in schedules.Index())
        {
            var y = Top + (RowHeight * row);
            Add(svg, $"<text x=\"{Left}\" y=\"{y + 16}\" class=\"name\">{WebUtility.HtmlEncode(schedule.Schedule.Title)}</text>");
            Add(svg, $"<path class=\"grid\" d=\"M{Left} {y + RowLine}h{PlotWidth}\"/>");
            foreach (var run in schedule.Completed)
            {
                var (name, last, averaged) = (schedule.Schedule.Name, run.Epochs[^1].LastAccuracy, run.Epochs[^1].AveragedAccuracy);
                Add(svg, $"<circle class=\"ring s-{name}\" cx=\"{X(last):F1}\" cy=\"{y + RowLine}\" r=\"6\"/>");
                Add(svg, $"<circle class=\"dot s-{name}\" cx=\"{X(averaged):F1}\" cy=\"{y + RowLine}\" r=\"5\"/>");
            }
        }

        AddBottom(svg, axis, height, "test accuracy, %");
        return svg.Append("</svg>").ToString();

        double X(double accuracy) => Left + (PlotWidth * axis.Share(100 * accuracy));
    }

    private static StringBuilder Begin(string title, int height)
    {
        var svg = new StringBuilder();
        Add(svg, $"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\">");
        return svg;
    }

    private static void AddBottom(StringBuilder svg, Axis axis, int height, string unit)
    {
        var bottom = height - Bottom;
        Add(svg, $"<path class=\"axis\" d=\"M{Left} {bottom}h{PlotWidth}\"/>");
        foreach (var mark in axis.Marks)
        {
            var x = Left + (PlotWidth * axis.Share(mark));
            Add(svg, $"<path class=\"axis\" d=\"M{x:F1} {bottom}v5\"/>");
            var label = mark.ToString($"F{axis.Decimals}", CultureInfo.InvariantCulture);
            Add(svg, $"<text x=\"{x:F1}\" y=\"{bottom + 20}\" text-anchor=\"middle\">{label}</text>");
        }

        Add(svg, $"<text x=\"{Left + (PlotWidth / 2)}\" y=\"{height - 6}\" text-anchor=\"middle\">{unit}</text>");
    }

    private static void Add(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));
}
