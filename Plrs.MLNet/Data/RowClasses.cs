using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Plrs.MLNet.Data;

/// <summary>Tells the rows of a data set apart by their labels.</summary>
internal static class RowClasses
{
    /// <summary>Each row's class: a number for each label, −1 where it is missing. Only the label's column is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it is no text and no key.</exception>
    public static int[] Read(IExceptionContext context, IDataView data, string labelColumn)
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

        return [.. classes];
    }
}
