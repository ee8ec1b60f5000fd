using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Numeric;
using Microsoft.ML.Runtime;
using Newtonsoft.Json.Linq;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// Does what ML.NET's scorer of multiclass models does, but for many rows at a time: its input reads ahead, and
/// <see cref="ImageScoreMapper"/> scores all rows that were read in one go. Single rows (prediction engines) go their usual way.
/// </summary>
internal sealed class BatchedScorer : PredictedLabelScorerBase
{
    private readonly ImageScoreMapper _mapper;

    public BatchedScorer(IHostEnvironment env, IDataView data, ImageScoreMapper mapper, string predictedLabelColumn)
        : base(
            new MulticlassClassificationScorer.Arguments(),
            env,
            data,
            mapper,
            mapper.InputRoleMappedSchema,
            nameof(BatchedScorer),
            AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification,
            mapper.OutputSchema.Single().Name,
            outputTypeMatches: _ => true,
            getPredColType: (scores, _) => new KeyDataViewType(typeof(uint), scores.GetVectorSize()),
            predictedLabelColumn) =>
        _mapper = mapper;

    private BatchedScorer(IHostEnvironment env, BatchedScorer template, IDataView source)
        : base(env, template, template._mapper.LookAhead(env, source), nameof(BatchedScorer)) =>
        _mapper = template._mapper;

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        // One cursor scores for all: the network uses all processors by itself.
        var columns = columnsNeeded.ToList();
        return WantsScores(columns) ? [GetRowCursorCore(columns, rand)] : base.GetRowCursorSet(columns, n, rand);
    }

    protected override bool WantParallelCursors(Func<int, bool> predicate) => false;

    protected override IDataTransform ApplyToDataCore(IHostEnvironment env, IDataView newSource) => new BatchedScorer(env, this, newSource);

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
}
