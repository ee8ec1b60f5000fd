using System.Globalization;

namespace Plrs.MLNet.Theory.Reports;

/// <summary>How the figures are written.</summary>
internal static class Report
{
    public static void Title(params FormattableString[] parts) =>
        Console.WriteLine($"\n{string.Concat(parts.Select(Text))}\n");

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static string Text(Estimate estimate) => Text($"{estimate.Mean:G3} ± {estimate.HalfWidth:G2}");

    /// <summary>Whole numbers from 1 on, each about a fourth more than the one before.</summary>
    public static int[] Logarithmic(int last) =>
        [.. Enumerable.Range(0, 200).Select(i => (int)Math.Round(Math.Pow(1.25, i)))
            .Where(number => number < last).Append(last).Distinct()];
}
