using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Numeric;
using Microsoft.ML.Runtime;
using Newtonsoft.Json.Linq;
using Plrs.MLNet.Scoring;

namespace Plrs.MLNet.ImageClassification.Scoring;

/// <summary>
/// Does what ML.NET's scorer of multiclass models does, but for many rows at a time: its input reads ahead, and
/// <see cref="ImageScoreMapper"/> scores all rows that were read in one go. Single rows (prediction engines) go their usual way.
/// </summary>
/// <remarks>
/// A prediction transformer makes its scorer itself, also when ML.NET loads it, and hands nobody its input; so this one takes
/// the other's place (<see cref="Install"/>).
/// </remarks>
internal sealed class BatchedScorer : PredictedLabelScorerBase
{
    private readonly TorchImageClassificationModelParameters _model;
    private readonly string _imageColumn;

    private BatchedScorer(
        IHostEnvironment env,
        PredictedLabelScorerBase template,
        TorchImageClassificationModelParameters model,
        string imageColumn,
        IDataView source)
        : base(env, template, new LookAheadView(env.Register(nameof(LookAheadView)), source, imageColumn, model.BatchSize), nameof(BatchedScorer))
    {
        _model = model;
        _imageColumn = imageColumn;
    }

    /// <summary>Makes a transformer score in batches. It stays the same object, and its scores the same to the last bit.</summary>
    public static void Install(MulticlassPredictionTransformer<TorchImageClassificationModelParameters> transformer)
    {
        if (Access<TorchImageClassificationModelParameters>.GetScorer(transformer) is PredictedLabelScorerBase and not BatchedScorer and var scorer)
        {
            var host = Access<TorchImageClassificationModelParameters>.Host(transformer);
            var nothing = new EmptyDataView(host, transformer.TrainSchema);
            var batched = new BatchedScorer(host, (PredictedLabelScorerBase)scorer, transformer.Model, transformer.FeatureColumnName ?? transformer.Model.FeatureColumnName, nothing);
            Access<TorchImageClassificationModelParameters>.SetScorer(transformer, batched);
        }
    }

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        // One cursor scores for all: the network uses all processors by itself.
        var columns = columnsNeeded.ToList();
        return WantsScores(columns) ? [GetRowCursorCore(columns, rand)] : base.GetRowCursorSet(columns, n, rand);
    }

    protected override bool WantParallelCursors(Func<int, bool> predicate) => false;

    protected override IDataTransform ApplyToDataCore(IHostEnvironment env, IDataView newSource) =>
        new BatchedScorer(env, this, _model, _imageColumn, newSource);

    protected override Delegate GetPredictedLabelGetter(DataViewRow output, out Delegate scoreGetter)
    {
        var getScores = output.GetGetter<VBuffer<float>>(output.Schema[Bindings.ScoreColumnIndex]);
        var position = -1L;
        VBuffer<float> scores = default;

        // No largest score (an image that cannot be decoded scores NaN) is no label, which keys write as 0.
        ValueGetter<uint> getLabel = (ref uint label) =>
        {
            EnsureCachedPosition(ref position, ref scores, output, getScores);
            label = (uint)(VectorUtils.ArgMax(in scores) + 1);
        };
        ValueGetter<VBuffer<float>> getCachedScores = (ref VBuffer<float> value) =>
        {
            EnsureCachedPosition(ref position, ref scores, output, getScores);
            scores.CopyTo(ref value);
        };
        scoreGetter = getCachedScores;
        return getLabel;
    }

    protected override JToken PredictedLabelPfa(string[] mapperOutputs) => throw Host.ExceptNotSupp("A network cannot be written as PFA.");

    private bool WantsScores(List<DataViewSchema.Column> columns)
    {
        var predicate = RowCursorUtils.FromColumnsToPredicate(columns, OutputSchema);
        return Bindings.AnyNewColumnsActive(predicate);
    }

    // Members of the transformer that are protected, and the transformer is sealed.
    private static class Access<TModel>
        where TModel : class
    {
        [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Scorer")]
        public static extern RowToRowScorerBase GetScorer(PredictionTransformerBase<TModel> transformer);

        [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Scorer")]
        public static extern void SetScorer(PredictionTransformerBase<TModel> transformer, RowToRowScorerBase scorer);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "Host")]
        public static extern ref IHost Host(PredictionTransformerBase<TModel> transformer);
    }
}
