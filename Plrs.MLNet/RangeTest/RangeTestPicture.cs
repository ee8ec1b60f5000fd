using System.Globalization;
using System.Text;

namespace Plrs.MLNet.RangeTest;

/// <summary>
/// Draws a range test as an SVG picture: the smoothed loss of each sweep over the rate, the losses as faint dots, the bounds as a band and
/// L̄ as a line.
/// </summary>
internal static class RangeTestPicture
{
    private const int Width = 760;
    private const int Height = 420;
    private const int Left = 64;
    private const int Top = 48;
    private const int Right = 18;
    private const int Bottom = 52;
    private const int PlotWidth = Width - Left - Right;
    private const int PlotHeight = Height - Top - Bottom;
    private const int LossMarks = 4;

    private static readonly string[] Colors = ["#1f77b4", "#d95f02", "#2a8a5b", "#7b5aa6", "#b8860b"];

    public static string Draw(PlrsBounds bounds)
    {
        var rates = bounds.Curves.SelectMany(curve => curve.LearningRates).ToArray();
        var smoothed = bounds.Curves.SelectMany(curve => curve.SmoothedLosses).Where(double.IsFinite).DefaultIfEmpty(1).ToArray();
        var start = bounds.Curves.Select(curve => curve.SmoothedLosses[0]).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        var (lowest, highest) = (Math.Log10(rates.Min()), Math.Log10(rates.Max()));
        var width = highest > lowest ? highest - lowest : 1;
        var bottom = smoothed.Min();

        // What a diverging loss comes to would press the rest together.
        var top = Math.Min(smoothed.Max(), bottom + (2 * Math.Max(start - bottom, 0.1 * Math.Abs(start))));
        var svg = new StringBuilder();
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" " +
            $"font-family=\"sans-serif\" font-size=\"13\" fill=\"#333\">");
        Add(svg, $"<title>Learning-rate range test</title><rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>");
        Add(svg, $"<text x=\"{Left}\" y=\"26\" font-size=\"15\" font-weight=\"bold\">{Title(bounds)}</text>");
        Add(svg, $"<clipPath id=\"plot\"><rect x=\"{Left}\" y=\"{Top}\" width=\"{PlotWidth}\" height=\"{PlotHeight}\"/></clipPath>");
        if (bounds.IsUsable)
        {
            var (from, to, turn) = (X(bounds.MinimumLearningRate), X(bounds.MaximumLearningRate), X(bounds.TurningLearningRate));
            Add(svg, $"<rect x=\"{from:F1}\" y=\"{Top}\" width=\"{to - from:F1}\" height=\"{PlotHeight}\" fill=\"#cfe3cf\"/>");
            svg.AppendLine(
                CultureInfo.InvariantCulture,
                $"<path d=\"M{turn:F1} {Top}v{PlotHeight}\" stroke=\"#a33\" stroke-dasharray=\"5 4\"/>" +
                $"<text x=\"{turn - 5:F1}\" y=\"{Top + 14}\" text-anchor=\"end\" fill=\"#a33\">L̄</text>");
        }

        AddAxes(svg);
        svg.Append("<g clip-path=\"url(#plot)\" stroke-linecap=\"round\">\n");
        for (var i = 0; i < bounds.Curves.Count; i++)
        {
            var (curve, color) = (bounds.Curves[i], Colors[i % Colors.Length]);

            // A line of no length with round ends is a dot, in few bytes.
            AddPath(
                svg,
                curve.LearningRates,
                curve.Losses,
                (x, y) => $"M{x:F1} {y:F1}h0",
                $"stroke=\"{color}\" stroke-width=\"3\" opacity=\"0.25\"");
            AddPath(svg, curve.LearningRates, curve.SmoothedLosses, (x, y) => $"L{x:F1} {y:F1}", $"stroke=\"{color}\" stroke-width=\"2\"");
        }

        svg.Append("</g>\n</svg>\n");
        return svg.ToString();

        double X(double rate) => Left + ((Math.Log10(rate) - lowest) / width * PlotWidth);

        // Far outside it is as good as anywhere outside.
        double Y(double loss) => Top + (Math.Clamp((top - loss) / Math.Max(top - bottom, double.Epsilon), -1, 1.02) * PlotHeight / 1.04);

        void AddAxes(StringBuilder target)
        {
            Add(target, $"<path d=\"M{Left} {Top}v{PlotHeight}h{PlotWidth}\" fill=\"none\" stroke=\"#999\"/>");
            for (var power = (int)Math.Ceiling(lowest - 1e-9); power <= highest + 1e-9; power++)
            {
                var x = X(Math.Pow(10, power));
                target.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"<path d=\"M{x:F1} {Top}v{PlotHeight}\" stroke=\"#ddd\"/>" +
                    $"<text x=\"{x:F1}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">1e{power}</text>");
            }

            for (var i = 0; i <= LossMarks; i++)
            {
                var loss = bottom + ((top - bottom) * i / LossMarks);
                Add(target, $"<text x=\"{Left - 8}\" y=\"{Y(loss) + 4:F1}\" text-anchor=\"end\">{loss:G3}</text>");
            }

            Add(target, $"<text x=\"{Left + (PlotWidth / 2)}\" y=\"{Height - 12}\" text-anchor=\"middle\">learning rate</text>");
            Add(target, $"<text transform=\"translate(16 {Top + (PlotHeight / 2)}) rotate(-90)\" text-anchor=\"middle\">loss</text>");
        }

        void AddPath(
            StringBuilder target,
            IReadOnlyList<double> at,
            IReadOnlyList<double> losses,
            Func<double, double, FormattableString> draw,
            string style)
        {
            target.Append(CultureInfo.InvariantCulture, $"<path fill=\"none\" {style} d=\"");
            var isFirst = true;
            for (var i = 0; i < losses.Count; i++)
            {
                if (double.IsFinite(losses[i]))
                {
                    var (x, y) = (X(at[i]), Y(losses[i]));
                    target.Append((isFirst ? $"M{x:F1} {y:F1}h0" : draw(x, y)).ToString(CultureInfo.InvariantCulture));
                    isFirst = false;
                }
            }

            target.Append("\"/>\n");
        }
    }

    private static string Title(PlrsBounds bounds) => bounds.IsUsable
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"Range test: L_min {bounds.MinimumLearningRate}, L_max {bounds.MaximumLearningRate}, " +
            $"L̄ {bounds.TurningLearningRate:G2}; confidence {bounds.Confidence}")
        : "Range test: no usable range";

    private static void Add(StringBuilder svg, FormattableString text) => svg.AppendLine(text.ToString(CultureInfo.InvariantCulture));
}
