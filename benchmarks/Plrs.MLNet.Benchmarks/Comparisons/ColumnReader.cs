using Microsoft.ML;
using Microsoft.ML.Data;

namespace Plrs.MLNet.Benchmarks.Comparisons;

/// <summary>Measures how fast a vector column of ML.NET's data can be read, with all the work that is behind it.</summary>
internal static class ColumnReader
{
    /// <returns>Rows per second.</returns>
    public static double Measure<T>(IDataView data, string columnName, int rows)
    {
        var column = data.Schema[columnName];
        VBuffer<T> value = default;
        return Speed.Measure(rows, () =>
        {
            using var cursor = data.GetRowCursor([column]);
            var getValue = cursor.GetGetter<VBuffer<T>>(column);
            while (cursor.MoveNext())
            {
                getValue(ref value);
            }
        });
    }
}
