using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Plrs.MLNet.Scoring;

/// <summary>
/// Data as it is, save that a cursor that needs the column of the images reads ahead. Where a needed column's values cannot be
/// kept (decoded images of ML.NET, for example), the cursor goes row by row.
/// </summary>
internal sealed class LookAheadView(IHost host, IDataView source, string imageColumn, int capacity) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var columns = columnsNeeded.ToList();
        var cursor = source.GetRowCursor(columns, rand);
        return columns.Exists(column => column.Name == imageColumn) && DataViewUtils.AllCacheable(Schema.Where(cursor.IsColumnActive))
            ? new LookAheadCursor(host, cursor, capacity)
            : cursor;
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        source.GetRowCursorSet(columnsNeeded, n, rand);
}
