using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Plots;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace TensorDecomposition;

/// <summary>
/// Draws the error by iteration on a logarithmic scale, a panel for each kind of gradient: the mean over the seeds, and one standard
/// deviation to both sides.
/// </summary>
internal static class ErrorPlot
{
    private static readonly string[] Colors = ["#1f77b4", "#2a9d5c", "#e4572e", "#7b5aa6"];

    // Equal curves lie upon each other: what is drawn first is wider, and shows at both sides.
    private static readonly float[] Widths = [5, 2.5f, 1.5f, 1.5f];

    public static void Save(IEnumerable<Comparison> comparisons, string path)
    {
        PictureFont.Use();
        var panels = comparisons.GroupBy(comparison => comparison.Gradient).ToArray();
        var picture = new Multiplot();
        picture.AddPlots(panels.Length);
        for (var i = 0; i < panels.Length; i++)
        {
            var plot = picture.GetPlot(i);
            plot.Title($"Gradient: {panels[i].Key}", size: 18);
            plot.YLabel("normalised reconstruction error", size: 14);
            plot.XLabel("iteration", size: 14);
            foreach (var (comparison, index) in panels[i].Select((comparison, index) => (comparison, index)))
            {
                Draw(plot, comparison, Color.FromHex(Colors[index]), Widths[index]);
            }

            plot.Axes.Left.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true, LabelFormatter = power => $"1e{power}" };
            plot.Axes.Left.MinimumSize = 80;
            plot.Axes.Bottom.MinorTickStyle.Length = 0;
            plot.Axes.Left.MinorTickStyle.Length = 0;
            plot.Axes.Right.FrameLineStyle.Width = 0;
            plot.Axes.Top.FrameLineStyle.Width = 0;
            plot.Axes.SetLimits(0, panels[i].First().Runs[0].Errors.Length - 1, i == 0 ? -2 : -6, 0.6);
            plot.ShowLegend(Alignment.UpperRight);
            plot.Legend.ShadowColor = ScottPlot.Colors.Transparent;
        }

        ResultFile.Write(path, picture.Render(1000, 420 * panels.Length).GetImageBytes(ImageFormat.Png));
    }

    private static void Draw(Plot plot, Comparison comparison, Color color, float width)
    {
        var curve = comparison.Curve();
        double[] iterations = [.. Enumerable.Range(0, curve.Length).Select(i => (double)i)];
        var band = plot.Add.FillY(
            iterations, [.. curve.Select(point => point.Mean - point.Deviation)], [.. curve.Select(point => point.Mean + point.Deviation)]);
        band.FillColor = color.WithAlpha(0.15);
        band.LineWidth = 0;
        band.MarkerSize = 0;
        var line = plot.Add.ScatterLine(iterations, [.. curve.Select(point => point.Mean)], color);
        line.LineWidth = width;
        line.LegendText = comparison.Method.Name;
    }
}
