using System.Globalization;
using System.Security;
using System.Text;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Benchmarks;

/// <summary>Draws the rates of every schedule over a run of 30 epochs of 15 steps, as an SVG picture: a dot a step.</summary>
internal static class SchedulesPicture
{
    private const int Epochs = 30;
    private const int StepsPerEpoch = 15;
    private const int Columns = 3;
    private const int PanelWidth = 330;
    private const int PanelHeight = 190;
    private const int Left = 52;
    private const int Top = 34;
    private const int PlotWidth = PanelWidth - Left - 14;
    private const int PlotHeight = PanelHeight - Top - 30;

    private static readonly PlrsSchedule Plrs = new(0.07, 0.1, seed: 1);

    private static readonly (string Title, ILearningRateSchedule Schedule)[] Panels =
    [
        ("PLRS U[0.07, 0.1]", Plrs),
        ("PLRS, triangular", Plrs with { Distribution = LearningRateDistribution.Triangular }),
        ("PLRS, truncated normal", Plrs with { Distribution = LearningRateDistribution.TruncatedNormal() }),
        ("PLRS, log-uniform [0.005, 0.1]", new PlrsSchedule(0.005, 0.1, seed: 1) { Distribution = LearningRateDistribution.LogUniform }),
        ("PLRS, cosine envelope", Plrs with { Envelope = DecaySchedule.Cosine(1, 0.02) }),
        ("PLRS, linear envelope", Plrs with { Envelope = DecaySchedule.Linear(1, 0.02) }),
        ("PLRS around one-cycle, ±20 %", PlrsSchedule.Around(new OneCycleSchedule(0.1), 0.2, seed: 1)),
        ("PLRS, redrawn every epoch", new PlrsSchedule(0.07, 0.1, seed: 1, RedrawInterval.EveryEpoch)),
        ("PLRS, 5 epochs of warm-up", WarmUpSchedule.ForEpochs(5, Plrs)),
        ("constant", new ConstantSchedule(0.1)),
        ("multi-step", new MultiStepSchedule(0.1, [15, 23])),
        ("cosine", DecaySchedule.Cosine(0.1)),
        ("cosine with warm restarts", new CosineWarmRestartsSchedule(0.0001, 0.1)),
        ("knee", new KneeSchedule(exploreEpochs: 12)),
        ("one-cycle", new OneCycleSchedule(0.1)),
        ("cool-down", new CooldownSchedule(0.1)),
        ("cool-down with a warm-up: WSD", WarmUpSchedule.ForEpochs(1.5, new CooldownSchedule(0.1))),
        ("PLRS, then a cool-down", Plrs with { Envelope = new CooldownSchedule(1) }),
    ];

    public static int Run(string path)
    {
        var (width, height) = (Columns * PanelWidth, (Panels.Length + Columns - 1) / Columns * PanelHeight);
        var svg = new StringBuilder();
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" " +
            $"font-family=\"sans-serif\" fill=\"#333\">");
        Add(svg, $"<title>Learning rate by epoch, for every schedule</title><rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>");
        for (var i = 0; i < Panels.Length; i++)
        {
            Add(svg, $"<g transform=\"translate({i % Columns * PanelWidth} {i / Columns * PanelHeight})\">");
            AddPanel(svg, Panels[i].Title, Panels[i].Schedule.WithLengthOfRun(Epochs));
            Add(svg, $"</g>");
        }

        Add(svg, $"</svg>");
        File.WriteAllText(path, svg.ToString());
        Console.WriteLine($"{path}: {Panels.Length} schedules.");
        return 0;
    }

    private static void AddPanel(StringBuilder svg, string title, ILearningRateSchedule schedule)
    {
        const double Highest = 0.125;
        Add(svg, $"<text x=\"{Left}\" y=\"{Top - 12}\" font-size=\"15\" font-weight=\"bold\">{SecurityElement.Escape(title)}</text>");
        Add(svg, $"<path d=\"M{Left} {Top}v{PlotHeight}h{PlotWidth}\" fill=\"none\" stroke=\"#999\"/>");
        foreach (var rate in new[] { 0, 0.05, 0.1 })
        {
            Add(svg, $"<text x=\"{Left - 6}\" y=\"{Y(rate) + 4:F1}\" font-size=\"12\" text-anchor=\"end\">{rate}</text>");
            Add(svg, $"<path d=\"M{Left} {Y(rate):F1}h{PlotWidth}\" stroke=\"#ddd\"/>");
        }

        foreach (var epoch in new[] { 0, 10, 20, 30 })
        {
            Add(svg, $"<text x=\"{X(epoch):F1}\" y=\"{Top + PlotHeight + 17}\" font-size=\"12\" text-anchor=\"middle\">{epoch}</text>");
        }

        // A line of no length with round ends is a dot, in few bytes.
        svg.Append("<path stroke=\"#1f77b4\" stroke-width=\"2.6\" stroke-linecap=\"round\" d=\"");
        for (var i = 0; i < Epochs * StepsPerEpoch; i++)
        {
            var step = new TrainingStep(i, StepsPerEpoch);
            svg.Append(CultureInfo.InvariantCulture, $"M{X(step.EpochPosition):F1} {Y(schedule.GetLearningRate(step)):F1}h0");
        }

        Add(svg, $"\"/>");

        static double X(double epoch) => Left + (epoch / Epochs * PlotWidth);

        static double Y(double rate) => Top + ((1 - (rate / Highest)) * PlotHeight);
    }

    private static void Add(StringBuilder svg, FormattableString text) => svg.AppendLine(text.ToString(CultureInfo.InvariantCulture));
}
