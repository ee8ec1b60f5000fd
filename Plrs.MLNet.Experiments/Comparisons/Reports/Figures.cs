using System.Globalization;

namespace Plrs.MLNet.Experiments.Comparisons.Reports;

/// <summary>Figures as they are written in tables: accuracies in per cent.</summary>
internal static class Figures
{
    private const string None = "–";

    public static string Maximum(Sample accuracies) => Percent(accuracies.Maximum);

    /// <summary>For example "96.09 (0.78)", as in the paper.</summary>
    public static string MeanAndDeviation(Sample accuracies) =>
        double.IsNaN(accuracies.StandardDeviation)
            ? Percent(accuracies.Mean)
            : $"{Percent(accuracies.Mean)} ({Percent(accuracies.StandardDeviation)})";

    public static string Percent(double share) => Number(100 * share, "F2");

    public static string Number(double number, string format) =>
        double.IsNaN(number) ? None : number.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>For example "3", or "2 + 1 failed".</summary>
    public static string Runs(ScheduleSummary schedule)
    {
        var failed = schedule.Runs.Count - schedule.Completed.Count;
        return failed == 0 ? $"{schedule.Runs.Count}" : $"{schedule.Completed.Count} + {failed} failed";
    }
}
