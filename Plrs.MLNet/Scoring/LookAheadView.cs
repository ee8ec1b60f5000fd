using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Images;

namespace Plrs.MLNet.Scoring;

/// <summary>
/// Data as it is, save that a cursor that needs the column of the images reads ahead. Where a needed column's values cannot be kept
/// (decoded images of ML.NET, for example), the cursor goes row by row. An image that cannot be read fails in its own row (see
/// <see cref="OneCursor"/>).
/// </summary>
internal sealed class LookAheadView(IHost host, IDataView source, string imageColumn, int capacity) : IDataView
{
    private readonly IDataView _source = OneCursor.Prepare(host, source, imageColumn);

    public bool CanShuffle => _source.CanShuffle;

    public DataViewSchema Schema => _source.Schema;

    public long? GetRowCount() => _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var columns = columnsNeeded.ToList();
        if (!columns.Exists(column => column.Name == imageColumn))
        {
            return _source.GetRowCursor(columns, rand);
        }

        var cursor = OneCursor.Over(_source, columns, rand);
        return DataViewUtils.AllCacheable(Schema.Where(cursor.IsColumnActive))
            ? new LookAheadCursor(host, cursor, capacity, imageColumn: imageColumn)
            : cursor;
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        _source.GetRowCursorSet(columnsNeeded, n, rand);
}
