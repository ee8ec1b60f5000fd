using CompareSchedules.Contest;

namespace CompareSchedules.Reports;

/// <summary>The colour of each schedule, on light and on dark ground.</summary>
internal static class Palette
{
    private static readonly (string Light, string Dark)[] Colors =
    [
        ("#1f77b4", "#6db3f2"), ("#c2571a", "#f39a5d"), ("#7b5aa6", "#b79be0"), ("#6b6b6b", "#b3b3b3"), ("#a07a00", "#e0c04f"),
        ("#14804a", "#4fd08c"), ("#c0357a", "#f285b7"), ("#0c8a8f", "#4fd3d8"), ("#b3261e", "#ff8a80"),
    ];

    public static string Light(Contestant contestant) => Of(contestant).Light;

    public static string Dark(Contestant contestant) => Of(contestant).Dark;

    private static (string Light, string Dark) Of(Contestant contestant) => Colors[Contestant.All.Index().First(entry => entry.Item == contestant).Index % Colors.Length];
}
