using Plrs.MLNet.Experiments.Schedules;

namespace Plrs.MLNet.Experiments.Comparisons.Reports;

/// <summary>The style sheet of the report, for narrow and wide screens, light and dark.</summary>
internal static class PageStyle
{
    private const string Rules = """
        :root { color-scheme: light dark; --ground: #fff; --ink: #1c1c1e; --soft: #5b5b60; --line: #dcdce0; --card: #f6f6f8; }
        @media (prefers-color-scheme: dark) {
            :root { --ground: #17181b; --ink: #ececee; --soft: #a9a9b0; --line: #3a3b40; --card: #202125; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--ground); color: var(--ink);
            font: 1rem/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0; } h2 { font-size: 1.2rem; margin: 2rem 0 0.5rem; }
        p, li { max-width: 48rem; } .soft { color: var(--soft); }
        .scroll { overflow-x: auto; margin: 0.75rem 0; }
        table { border-collapse: separate; border-spacing: 0; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: var(--soft); padding-bottom: 0.25rem; }
        th, td { padding: 0.35rem 0.7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        thead th { white-space: normal; vertical-align: bottom; font-weight: 600; min-width: 5.5rem; }
        th:first-child { text-align: left; padding-left: 0; position: sticky; left: 0; background: var(--ground); font-weight: 400;
            white-space: normal; min-width: 8rem; }
        thead th:first-child { font-weight: 600; }
       
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 1rem; }
        figure { margin: 0; padding: 0.75rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem; min-width: 0; }
        figcaption { font-weight: 600; margin-bottom: 0.25rem; } figcaption span { font-weight: 400; color: var(--soft); }
        svg { display: block; width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 15px; } svg .name { fill: var(--ink); }
        .grid { stroke: var(--line); } .axis { stroke: var(--soft); }
        .line { fill: none; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
        .line, .ring { stroke: var(--series); } .dot { fill: var(--series); } .ring { fill: none; stroke-width: 2; }
        .legend { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0.25rem 0 0; padding: 0; list-style: none; font-size: 0.85rem; }
        .legend li::before { content: ""; display: inline-block; width: 1.1rem; height: 0.25rem; margin-right: 0.35rem;
            vertical-align: middle; background: var(--series); }
        .problem { border-left: 4px solid #c0362c; padding-left: 0.75rem; }

        """;

    public static string Sheet()
    {
        var light = string.Concat(
            NamedSchedule.All.Select(schedule => $".s-{schedule.Name} {{ --series: {SchedulePalette.Light(schedule)}; }} "));
        var dark = string.Concat(
            NamedSchedule.All.Select(schedule => $".s-{schedule.Name} {{ --series: {SchedulePalette.Dark(schedule)}; }} "));
        return $"{Rules}{light}\n@media (prefers-color-scheme: dark) {{ {dark}}}\n";
    }
}
