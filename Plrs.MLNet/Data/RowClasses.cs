using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Plrs.MLNet.Data;

/// <summary>Tells the rows of a data set apart by their labels.</summary>
/// <param name="Classes">Each row's class: a number for each label, −1 where it is missing.</param>
/// <param name="Names">The labels, by their numbers.</param>
internal sealed record RowClasses(int[] Classes, IReadOnlyList<string> Names)
{
    /// <summary>The labels of which there are as many rows as asked for, in their order in the data.</summary>
    public string[] NamesOfSize(Func<int, bool> isOfSize)
    {
        var sizes = Classes.Where(number => number >= 0).CountBy(number => number);
        return [.. sizes.Where(size => isOfSize(size.Value)).Select(size => Names[size.Key])];
    }

    /// <summary>Reads the label's column, and no other.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it is no text and no key.</exception>
    public static RowClasses Read(IExceptionContext context, IDataView data, string labelColumn)
    {
        if (data.Schema.GetColumnOrNull(labelColumn) is not { } label)
        {
            throw context.ExceptSchemaMismatch(nameof(labelColumn), "label", labelColumn);
        }

        if (label.Type is not (TextDataViewType or KeyDataViewType))
        {
            throw context.ExceptSchemaMismatch(
                nameof(labelColumn), "label", labelColumn, "text or a key (MapValueToKey makes one)", label.Type.ToString()!);
        }

        var classes = new List<int>();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        using var cursor = data.GetRowCursor([label]);
        var getLabel = RowCursorUtils.GetGetterAsStringBuilder(cursor, label.Index);
        var text = new StringBuilder();
        while (cursor.MoveNext())
        {
            getLabel(ref text);
            var name = text.ToString();
            numbers.TryAdd(name, numbers.Count);
            classes.Add(name.Length == 0 ? -1 : numbers[name]);
        }

        return new RowClasses([.. classes], [.. numbers.OrderBy(entry => entry.Value).Select(entry => entry.Key)]);
    }
}
