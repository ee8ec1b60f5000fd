using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Plrs.MLNet.Images;

/// <summary>
/// Reads data so that an image that cannot be read fails in its own row, when it is asked for. ML.NET's usual cursors read with several
/// threads and pass on whole blocks of rows: there, one file that is missing ends all. A set of one cursor does not, save where a step asks
/// the steps before it for a usual one. Those of a split (<c>TrainTestSplit</c>, <c>TakeRows</c>) are made anew here on data that always
/// gives one cursor.
/// </summary>
internal static class OneCursor
{
    /// <summary>The same rows, for <see cref="Over"/>.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="data">The data.</param>
    /// <param name="imageColumn">The column that may fail.</param>
    public static IDataView Prepare(IHostEnvironment env, IDataView data, string imageColumn)
    {
        var steps = StepsAfterImages(data, imageColumn);
        if (!steps.Exists(step => step is GenerateNumberTransform or SkipTakeFilter))
        {
            return data;
        }

        var prepared = steps[^1].Source;
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            prepared = ApplyTransformUtils.ApplyTransformToData(env, steps[i], new View(prepared));
        }

        return prepared;
    }

    /// <summary>The cursor over prepared data.</summary>
    public static DataViewRowCursor Over(IDataView data, IEnumerable<DataViewSchema.Column> columns, Random? rand = null) =>
        data.GetRowCursorSet(columns, n: 1, rand)[0];

    // From the last one backwards, as far as they can be made anew and have the images before them.
    private static List<IDataTransform> StepsAfterImages(IDataView data, string imageColumn)
    {
        var steps = new List<IDataTransform>();
        while (data is IDataTransform step
            && step is ITransformTemplate or GenerateNumberTransform or RangeFilter
            && step.Source.Schema.GetColumnOrNull(imageColumn) is not null)
        {
            steps.Add(step);
            data = step.Source;
        }

        return steps;
    }

    private sealed class View(IDataView source) : IDataView
    {
        public bool CanShuffle => source.CanShuffle;

        public DataViewSchema Schema => source.Schema;

        public long? GetRowCount() => source.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
            Over(source, columnsNeeded, rand);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [Over(source, columnsNeeded, rand)];
    }
}
