using Plrs.MLNet.Training;
using ScottPlot;

namespace TrainOnFolder;

/// <summary>Draws a training: loss, accuracy and the learning rate of every step, one above the other.</summary>
internal static class TrainingPlot
{
    private const int Width = 1000;
    private const int Height = 1100;

    private static readonly Color Train = Color.FromHex("#1f77b4");
    private static readonly Color Validation = Color.FromHex("#e4572e");

    public static void Save(TrainingHistory history, string path)
    {
        UseOwnFont();
        var picture = new Multiplot();
        picture.AddPlots(3);
        var epochs = history.Train.Count;

        var loss = Panel(picture.GetPlot(0), "Loss", "cross-entropy", epochs);
        var steps = loss.Add.ScatterPoints(history.Steps.Select(Position).ToArray(), history.Steps.Select(step => (double)step.CrossEntropy).ToArray());
        Dots(steps, Train.WithAlpha(0.25), "train, each step");
        Curves(loss, history, metrics => metrics.CrossEntropy);
        loss.Axes.SetLimitsY(0, 1.05 * history.Steps.Max(step => step.CrossEntropy));

        var accuracy = Panel(picture.GetPlot(1), "Accuracy", "share correct", epochs);
        Curves(accuracy, history, metrics => metrics.Accuracy);
        accuracy.Axes.SetLimitsY(0, 1.02);
        accuracy.Legend.Alignment = Alignment.LowerRight;

        var rate = Panel(picture.GetPlot(2), "Learning rate", "learning rate", epochs);
        var rates = rate.Add.ScatterPoints(history.Steps.Select(Position).ToArray(), history.Steps.Select(step => step.LearningRate).ToArray());
        Dots(rates, Color.FromHex("#2a9d5c").WithAlpha(0.6), "each step");
        rate.XLabel("epoch");
        rate.Axes.SetLimitsY(0, 1.25 * history.Steps.Max(step => step.LearningRate));

        picture.SavePng(path, Width, Height);
    }

    /// <summary>A bare Linux machine has no fonts, and the picture would have no text.</summary>
    private static void UseOwnFont()
    {
        const string Name = "Cantarell";
        var file = Path.Combine(AppContext.BaseDirectory, "Fonts", "Cantarell-Regular.otf");
        Fonts.AddFontFile(Name, file, bold: false);
        Fonts.AddFontFile(Name, file, bold: true);
        Fonts.Default = Name;
    }

    private static Plot Panel(Plot plot, string title, string unit, int epochs)
    {
        plot.Title(title, size: 18);
        plot.YLabel(unit, size: 14);
        plot.Axes.SetLimitsX(0, epochs);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true, MinimumTickSpacing = 40 };
        plot.Axes.Bottom.MinorTickStyle.Length = 0;
        plot.Axes.Left.MinorTickStyle.Length = 0;
        plot.Axes.Bottom.TickLabelStyle.FontSize = 13;
        plot.Axes.Left.TickLabelStyle.FontSize = 13;
        plot.Axes.Left.MinimumSize = 70;
        plot.Axes.Left.MaximumSize = 70;
        plot.Axes.Right.MinimumSize = 24;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(0.08);
        plot.ShowLegend(Alignment.UpperRight);
        plot.Legend.FontSize = 13;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Colors.Black.WithAlpha(0.2);
        return plot;
    }

    private static void Curves(Plot plot, TrainingHistory history, Func<ImageClassificationMetrics, double> figure)
    {
        Curve(history.Train, Train, "train");
        if (history.Validation.Count > 0)
        {
            Curve(history.Validation, Validation, "validation");
        }

        void Curve(List<ImageClassificationMetrics> metrics, Color colour, string name)
        {
            var curve = plot.Add.Scatter(metrics.Select(epoch => epoch.Epoch + 1.0).ToArray(), metrics.Select(figure).ToArray(), colour);
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
