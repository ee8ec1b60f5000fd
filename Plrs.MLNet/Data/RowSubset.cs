using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Plrs.MLNet.Data;

/// <summary>
/// Some rows of a data set, by their numbers, in its order. Nothing is copied: the rows are read when they are asked for.
/// </summary>
/// <remarks>
/// It reads with the one cursor of a set: ML.NET's usual ones read ahead with several threads, where a file that is missing ends all. It is
/// a step that can be made anew on other data, so that what reads images can have the steps before it read in that way, too.
/// </remarks>
internal sealed class RowSubset(IHost host, IDataView source, Func<int, bool> has, int count) : IDataTransform, ITransformTemplate
{
    public IDataView Source => source;

    // The numbers are those of the source's own order.
    public bool CanShuffle => false;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(host, source.GetRowCursorSet(columnsNeeded, n: 1)[0], has);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    public IDataTransform ApplyToData(IHostEnvironment env, IDataView newSource) => new RowSubset(host, newSource, has, count);

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw host.ExceptNotSupp("The rows of a split are data, and no step of a model.");

    private sealed class Cursor(IHost host, DataViewRowCursor input, Func<int, bool> has) : RootCursorBase(host)
    {
        private int _row = -1;
        private bool _isDisposed;

        public override DataViewSchema Schema => input.Schema;

        public override long Batch => input.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        protected override bool MoveNextCore()
        {
            while (input.MoveNext())
            {
                if (has(++_row))
                {
                    return true;
                }
            }

            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_isDisposed)
            {
                _isDisposed = true;
                input.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
