namespace Plrs.MLNet.Benchmarks;

/// <summary>A table on the console that can be pasted into the documentation.</summary>
internal sealed class MarkdownTable(params string[] header)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Print()
    {
        var widths = Enumerable.Range(0, header.Length).Select(column => _rows.Append(header).Max(row => row[column].Length)).ToArray();
        PrintRow(header, widths);
        PrintRow([.. widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ":")], widths);
        foreach (var row in _rows)
        {
            PrintRow(row, widths);
        }
    }

    private static void PrintRow(string[] cells, int[] widths) =>
        Console.WriteLine(
            "| " +
            string.Join(" | ", cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))) +
            " |");
}
