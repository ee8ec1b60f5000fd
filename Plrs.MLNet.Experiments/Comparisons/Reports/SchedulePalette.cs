using Plrs.MLNet.Experiments.Schedules;

namespace Plrs.MLNet.Experiments.Comparisons.Reports;

/// <summary>The colour of each schedule, on light and on dark ground.</summary>
internal static class SchedulePalette
{
    private static readonly (string Light, string Dark)[] Colors =
    [
        ("#1f77b4", "#6db3f2"), ("#c2571a", "#f39a5d"), ("#7b5aa6", "#b79be0"), ("#6b6b6b", "#b3b3b3"), ("#a07a00", "#e0c04f"),
        ("#14804a", "#4fd08c"), ("#c0357a", "#f285b7"), ("#0c8a8f", "#4fd3d8"), ("#b3261e", "#ff8a80"),
        ("#3f4fb5", "#98a6ff"), ("#4b6b1f", "#a8cf6a"), ("#5f3a1e", "#c9a27e"),
    ];

    public static string Light(NamedSchedule schedule) => Of(schedule).Light;

    public static string Dark(NamedSchedule schedule) => Of(schedule).Dark;

    private static (string Light, string Dark) Of(NamedSchedule schedule) =>
        Colors[NamedSchedule.All.Index().First(entry => entry.Item == schedule).Index % Colors.Length];
}
