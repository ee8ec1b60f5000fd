using Spectre.Console;

namespace PlrsTool;

/// <summary>Shows how many rows were read, as a bar on a terminal.</summary>
internal static class CountedRows
{
    public static TResult Read<TRow, TResult>(
        string description,
        IReadOnlyCollection<TRow> rows,
        Func<IEnumerable<TRow>, TResult> work) => !AnsiConsole.Profile.Capabilities.Interactive
        ? work(rows)
        : AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn())
            .Start(context =>
            {
                var bar = context.AddTask(description, maxValue: rows.Count);
                return work(rows.Select(row =>
                {
                    bar.Increment(1);
                    return row;
                }));
            });
}
