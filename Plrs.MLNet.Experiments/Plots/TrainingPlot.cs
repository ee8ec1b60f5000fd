using System.Globalization;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Training;
using ScottPlot;

namespace Plrs.MLNet.Experiments.Plots;

/// <summary>Draws a training: loss, accuracy and the learning rate of every step, one above the other.</summary>
internal static class TrainingPlot
{
    private const int Width = 1000;
    private const int Height = 1000;
    private const int LegendWidth = 185;

    private static readonly Color Train = Color.FromHex("#1f77b4");
    private static readonly Color HeldOut = Color.FromHex("#e4572e");

    /// <param name="history">What the trainer reported.</param>
    /// <param name="testAccuracy">The finished model's accuracy on images held out: a level if no validation tells of every epoch.</param>
    /// <param name="path">The file.</param>
    public static void Save(TrainingHistory history, double testAccuracy, string path)
    {
        PictureFont.Use();
        var picture = new Multiplot();
        picture.AddPlots(3);
        var epochs = history.Train.Count;

        var highest = history.Steps.Select(step => (double)step.CrossEntropy)
            .Concat(history.Validation.Select(metrics => (double)metrics.CrossEntropy)).Max();
        var loss = Panel(picture.GetPlot(0), "Loss", "cross-entropy", epochs, highest);
        var epochPositions = history.Steps.Select(Position).ToArray();
        var steps = loss.Add.ScatterPoints(epochPositions, history.Steps.Select(step => (double)step.CrossEntropy).ToArray());
        Dots(steps, Train.WithAlpha(0.25), "train, each step");
        Curves(loss, history, metrics => metrics.CrossEntropy);

        var accuracy = Panel(picture.GetPlot(1), "Accuracy", "share correct", epochs, maximum: 1);
        Curves(accuracy, history, metrics => metrics.Accuracy);
        if (history.Validation.Count == 0)
        {
            var level = accuracy.Add.HorizontalLine(testAccuracy, width: 2, HeldOut, LinePattern.Dashed);
            level.LegendText = string.Create(CultureInfo.InvariantCulture, $"test, {testAccuracy:P1}");
        }

        var rate = Panel(picture.GetPlot(2), "Learning rate", "learning rate", epochs, history.Steps.Max(step => step.LearningRate));
        var rates = rate.Add.ScatterPoints(epochPositions, history.Steps.Select(step => step.LearningRate).ToArray());
        Dots(rates, Color.FromHex("#2a9d5c").WithAlpha(0.6), "each step");
        rate.XLabel("epoch");

        ResultFile.Write(path, picture.Render(Width, Height).GetImageBytes(ImageFormat.Png));
    }

    private static Plot Panel(Plot plot, string title, string unit, int epochs, double maximum)
    {
        plot.Title(title, size: 18);
        plot.YLabel(unit, size: 14);
        var ticks = TrainingCurves.RoundTicks(maximum);
        plot.Axes.Left.TickGenerator = Numbers(ticks);
        plot.Axes.Bottom.TickGenerator = Numbers(TrainingCurves.RoundTicks(epochs, mostSteps: 12).Where(double.IsInteger));

        // A little more than the data, so that no point is cut at the edge.
        plot.Axes.SetLimits(0, 1.01 * epochs, 0, 1.03 * ticks[^1]);
        plot.Axes.Bottom.MinorTickStyle.Length = 0;
        plot.Axes.Left.MinorTickStyle.Length = 0;
        plot.Axes.Bottom.TickLabelStyle.FontSize = 13;
        plot.Axes.Left.TickLabelStyle.FontSize = 13;
        plot.Axes.Left.MinimumSize = 70;
        plot.Axes.Left.MaximumSize = 70;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(0.08);

        // Beside the data, not over them.
        var legend = plot.ShowLegend(Edge.Right);
        legend.MinimumSize = LegendWidth;
        legend.MaximumSize = LegendWidth;
        legend.Alignment = Alignment.UpperLeft;
        plot.Legend.FontSize = 13;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Colors.Transparent;
        return plot;
    }

    private static ScottPlot.TickGenerators.NumericManual Numbers(IEnumerable<double> ticks)
    {
        var numbers = ticks.ToArray();
        return new(numbers, [.. numbers.Select(number => number.ToString("0.########", CultureInfo.InvariantCulture))]);
    }

    private static void Curves(Plot plot, TrainingHistory history, Func<ImageClassificationMetrics, double> figure)
    {
        Curve(TrainingCurves.During(history.Train, figure), Train, "train, mean of epoch");
        if (history.Validation.Count > 0)
        {
            Curve(TrainingCurves.After(history.Validation, figure), HeldOut, "validation");
        }

        void Curve((double[] Epochs, double[] Values) points, Color colour, string name)
        {
            var curve = plot.Add.Scatter(points.Epochs, points.Values, colour);
            curve.LineWidth = 2;
            curve.MarkerSize = 5;
            curve.LegendText = name;
        }
    }

    private static void Dots(ScottPlot.Plottables.Scatter points, Color colour, string name)
    {
        points.Color = colour;
        points.MarkerSize = 4;
        points.LegendText = name;
    }

    private static double Position(StepMetrics metrics) => metrics.Step.EpochPosition;
}
