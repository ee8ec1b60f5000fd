using System.Globalization;
using System.Security;
using System.Text;

namespace Plrs.MLNet.Theory;

/// <summary>A line of a chart, or dots.</summary>
internal sealed record Series(
    string Name, IReadOnlyList<(double X, double Y)> Points, bool IsDashed = false, bool IsDots = false, string? Color = null);

/// <summary>An SVG picture of curves, with axes that are linear or logarithmic.</summary>
internal sealed record Chart(string Title, string XLabel, string YLabel)
{
    private const int Width = 820;
    private const int Height = 400;
    private const int Left = 74;
    private const int Top = 44;
    private const int PlotWidth = 520;
    private const int PlotHeight = Height - Top - 54;

    private static readonly string[] Colors = ["#1f77b4", "#d95f02", "#2a8a5b", "#7b5aa6", "#b8860b", "#555", "#c2185b", "#0097a7"];

    public bool IsXLogarithmic { get; init; }

    public bool IsYLogarithmic { get; init; }

    /// <summary>The ends of the axes.</summary>
    public required (double Low, double High) XRange { get; init; }

    public required (double Low, double High) YRange { get; init; }

    public void Save(string path, params Series[] series)
    {
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" " +
            $"font-family=\"sans-serif\" font-size=\"13\" fill=\"#333\">\n");
        Add(svg, $"<title>{Escape(Title)}</title><rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>");
        Add(svg, $"<text x=\"{Left}\" y=\"26\" font-size=\"15\" font-weight=\"bold\">{Escape(Title)}</text>");
        Add(svg, $"<clipPath id=\"plot\"><rect x=\"{Left}\" y=\"{Top}\" width=\"{PlotWidth}\" height=\"{PlotHeight}\"/></clipPath>");
        foreach (var mark in Marks(XRange, IsXLogarithmic))
        {
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<path d=\"M{X(mark):F1} {Top}v{PlotHeight}\" stroke=\"#ddd\"/>" +
                $"<text x=\"{X(mark):F1}\" y=\"{Top + PlotHeight + 18}\" text-anchor=\"middle\">{Label(mark, IsXLogarithmic)}</text>\n");
        }

        foreach (var mark in Marks(YRange, IsYLogarithmic))
        {
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<path d=\"M{Left} {Y(mark):F1}h{PlotWidth}\" stroke=\"#ddd\"/>" +
                $"<text x=\"{Left - 8}\" y=\"{Y(mark) + 4:F1}\" text-anchor=\"end\">{Label(mark, IsYLogarithmic)}</text>\n");
        }

        Add(svg, $"<path d=\"M{Left} {Top}v{PlotHeight}h{PlotWidth}\" fill=\"none\" stroke=\"#999\"/>");
        Add(svg, $"<text x=\"{Left + (PlotWidth / 2)}\" y=\"{Height - 12}\" text-anchor=\"middle\">{Escape(XLabel)}</text>");
        Add(svg, $"<text transform=\"translate(16 {Top + (PlotHeight / 2)}) rotate(-90)\" text-anchor=\"middle\">{Escape(YLabel)}</text>");
        for (var i = 0; i < series.Length; i++)
        {
            AddSeries(svg, series[i], series[i].Color ?? Colors[i % Colors.Length], Top + 10 + (22 * i));
        }

        Add(svg, $"</svg>");
        File.WriteAllText(path, svg.ToString());
    }

    private void AddSeries(StringBuilder svg, Series series, string color, int legend)
    {
        var style = series.IsDots
            ? "stroke-width=\"5\" stroke-linecap=\"round\""
            : series.IsDashed ? "stroke-width=\"1.6\" stroke-dasharray=\"6 4\"" : "stroke-width=\"2\"";
        svg.Append(CultureInfo.InvariantCulture, $"<path clip-path=\"url(#plot)\" fill=\"none\" stroke=\"{color}\" {style} d=\"");
        for (var i = 0; i < series.Points.Count; i++)
        {
            // A line of no length with round ends is a dot, in few bytes.
            var (x, y) = (X(series.Points[i].X), Y(series.Points[i].Y));
            svg.Append(CultureInfo.InvariantCulture, $"{(series.IsDots || i == 0 ? 'M' : 'L')}{x:F1} {y:F1}{(series.IsDots ? "h0" : "")}");
        }

        Add(svg, $"\"/>");
        const int Edge = Left + PlotWidth + 14;
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<path d=\"M{(series.IsDots ? Edge + 12 : Edge)} {legend}h{(series.IsDots ? 0 : 24)}\" stroke=\"{color}\" {style}/>" +
            $"<text x=\"{Edge + 32}\" y=\"{legend + 4}\">{Escape(series.Name)}</text>\n");
    }

    private double X(double x) => Left + (Share(x, XRange, IsXLogarithmic) * PlotWidth);

    private double Y(double y) => Top + ((1 - Share(y, YRange, IsYLogarithmic)) * PlotHeight);

    // Far outside it is as good as anywhere outside.
    private static double Share(double value, (double Low, double High) range, bool isLogarithmic) => Math.Clamp(
        isLogarithmic
            ? Math.Log(Math.Max(value, double.Epsilon) / range.Low) / Math.Log(range.High / range.Low)
            : (value - range.Low) / (range.High - range.Low), -1, 2);

    private static IEnumerable<double> Marks((double Low, double High) range, bool isLogarithmic)
    {
        if (isLogarithmic)
        {
            return Enumerable.Range(-20, 40).Select(power => Math.Pow(10, power))
                .Where(mark => mark >= range.Low * 0.999 && mark <= range.High * 1.001);
        }

        var unit = Math.Pow(10, Math.Floor(Math.Log10(range.High - range.Low)));
        var step = (range.High - range.Low) / unit >= 5 ? unit : (range.High - range.Low) / unit >= 2 ? unit / 2 : unit / 5;
        var first = (int)Math.Ceiling((range.Low / step) - 1e-9);
        return Enumerable.Range(first, (int)Math.Floor((range.High / step) + 1e-9) - first + 1).Select(i => i * step);
    }

    private static string Label(double mark, bool isLogarithmic) =>
        isLogarithmic && mark is < 0.01 or > 1000 ? Text($"1e{Math.Log10(mark):F0}") : Text($"{mark:G4}");

    private static string Escape(string text) => SecurityElement.Escape(text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Add(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
