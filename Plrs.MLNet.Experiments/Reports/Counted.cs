using System.Globalization;

namespace Plrs.MLNet.Experiments.Reports;

/// <summary>A number of things in words: "1 epoch", "2 epochs".</summary>
internal static class Counted
{
    public static string Of(int number, string thing) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {thing}{(number == 1 ? "" : "s")}");
}
