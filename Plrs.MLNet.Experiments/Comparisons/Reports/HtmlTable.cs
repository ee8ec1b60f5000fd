using System.Net;
using System.Text;

namespace Plrs.MLNet.Experiments.Comparisons.Reports;

/// <summary>A table of a page, which scrolls by itself where it is wider than the screen.</summary>
/// <param name="caption">What it shows.</param>
/// <param name="columns">The heads of its columns; the first one names the rows.</param>
internal sealed class HtmlTable(string caption, params IReadOnlyList<string> columns)
{
    private readonly StringBuilder _rows = new();

    /// <summary>Adds a row; the cell with a number is set off.</summary>
    public void Add(IReadOnlyList<string> cells, params IEnumerable<int> setOff)
    {
        var marked = setOff.ToHashSet();
        _rows.Append("<tr>");
        foreach (var (i, cell) in cells.Index())
        {
            var text = WebUtility.HtmlEncode(cell);
            _rows.Append(
                i == 0 ? $"<th scope=\"row\">{text}</th>" : marked.Contains(i) ? $"<td><strong>{text}</strong></td>" : $"<td>{text}</td>");
        }

        _rows.Append("</tr>\n");
    }

    public override string ToString()
    {
        var heads = string.Concat(columns.Select(column => $"<th scope=\"col\">{WebUtility.HtmlEncode(column)}</th>"));
        var name = WebUtility.HtmlEncode(caption);
        return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" " +
            $"aria-label=\"{name}\"><table><caption>{name}</" +
            $"caption><thead><tr>{heads}</tr></thead>\n<tbody>\n{_rows}</tbody></table></div>\n";
    }
}
