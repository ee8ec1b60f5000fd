using Plrs.MLNet.Experiments.Comparisons.Reports;
using Plrs.MLNet.Experiments.Folders;
using ScottPlot;

namespace Plrs.MLNet.Experiments.Plots;

/// <summary>Draws each chart as a PNG file.</summary>
internal static class ComparisonPictures
{
    private const int Width = 900;
    private const int Height = 560;

    public static IReadOnlyList<string> Write(Comparison comparison, string folder)
    {
        PictureFont.Use();
        return [.. Chart.All.Where(chart => chart.Of(comparison).Length > 0)
            .Select(chart => Save(chart, comparison, Path.Combine(folder, chart.File + ".png")))];
    }

    private static string Save(Chart chart, Comparison comparison, string path)
    {
        using var plot = new Plot();
        var series = chart.Of(comparison);
        foreach (var (schedule, values) in series)
        {
            var line = plot.Add.Scatter(
                values.Index().Select(value => value.Index + 1.0).ToArray(),
                values.ToArray(),
                Color.FromHex(SchedulePalette.Light(schedule)));
            line.LineWidth = 2;
            line.MarkerSize = values.Count > 1 ? 0 : 6;
            line.LegendText = schedule.Title;
        }

        var axis = chart.Axis(series);
        plot.Axes.SetLimitsY(axis.Lowest, axis.Highest);
        plot.Title(chart.Title, size: 18);
        plot.YLabel(chart.Unit, size: 14);
        plot.XLabel("epoch", size: 14);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true, MinimumTickSpacing = 40 };
        plot.Axes.Bottom.MinorTickStyle.Length = 0;
        plot.Axes.Left.MinorTickStyle.Length = 0;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(0.08);
        plot.ShowLegend(Edge.Right);
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Colors.Black.WithAlpha(0.2);
        ResultFile.Write(path, plot.GetImageBytes(Width, Height, ImageFormat.Png));
        return path;
    }
}
