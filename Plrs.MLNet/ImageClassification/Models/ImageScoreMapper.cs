using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Images;
using Plrs.MLNet.Scoring;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// A model bound to the column with the images: the bridge from ML.NET's rows to an <see cref="ImageScorer"/>. ML.NET's own
/// bridge always calls the output column <c>Score</c>, and gives the classes' names to a column of that name alone.
/// </summary>
internal sealed class ImageScoreMapper : ISchemaBoundRowMapper
{
    private readonly TorchImageClassificationModelParameters _model;

    /// <param name="model">The model.</param>
    /// <param name="schema">The data's columns and their roles.</param>
    /// <param name="label">The training data's label column, whose key values name the classes.</param>
    public ImageScoreMapper(TorchImageClassificationModelParameters model, RoleMappedSchema schema, DataViewSchema.Column? label)
    {
        _model = model;
        Feature = schema.Feature
            ?? schema.Schema.GetColumnOrNull(model.FeatureColumnName)
            ?? throw Contracts.ExceptParam(nameof(schema), $"There is no column '{model.FeatureColumnName}' of images.");
        InputRoleMappedSchema = schema;
        OutputSchema = ScoreSchema.Create(model, label);
        Bindable = new Binder(model, label);
    }

    public RoleMappedSchema InputRoleMappedSchema { get; }

    public DataViewSchema InputSchema => InputRoleMappedSchema.Schema;

    public DataViewSchema OutputSchema { get; }

    /// <summary>Binds the model to other data, with the same names of the classes.</summary>
    public ISchemaBindableMapper Bindable { get; }

    // ML.NET gives a role to columns of vectors alone: one of its own images is known by its name.
    private DataViewSchema.Column Feature { get; }

    public IEnumerable<KeyValuePair<RoleMappedSchema.ColumnRole, string>> GetInputColumnRoles() =>
        [RoleMappedSchema.ColumnRole.Feature.Bind(Feature.Name)];

    public IEnumerable<DataViewSchema.Column> GetDependenciesForNewColumns(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns.Any() ? [Feature] : [];

    /// <summary>Data whose cursors read ahead where they need the images, as many rows as are scored at once.</summary>
    public IDataView LookAhead(IHostEnvironment env, IDataView source) =>
        new LookAheadView(env.Register(nameof(LookAheadView)), source, Feature.Name, _model.BatchSize);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        if (!activeColumns.Any())
        {
            return new SimpleRow(OutputSchema, input, new Delegate?[1]);
        }

        var (getScores, dispose) = input is LookAheadCursor ahead ? ScoreBatches(ahead) : ScoreRows(input);
        return new SimpleRow(OutputSchema, input, [getScores], dispose);
    }

    private (ValueGetter<VBuffer<float>> GetScores, Action Dispose) ScoreRows(DataViewRow input)
    {
        var images = ImageColumn.Create(input, input.Schema[Feature.Name]);
        var scorer = _model.CreateScorer(capacity: 1);
        var thread = new OneThread();
        ValueGetter<VBuffer<float>> getScores = (ref VBuffer<float> scores) =>
        {
            thread.Enter();
            try
            {
                var editor = VBufferEditor.Create(ref scores, _model.ClassCount);
                scorer.Score(images.Read(), editor.Values);
                scores = editor.Commit();
            }
            finally
            {
                thread.Leave();
            }
        };
        return (getScores, scorer.Dispose);
    }

    private (ValueGetter<VBuffer<float>> GetScores, Action Dispose) ScoreBatches(LookAheadCursor input)
    {
        var scorer = _model.CreateScorer(input.Capacity);
        var images = input.Values<VBuffer<byte>>(Feature);
        var classes = _model.ClassCount;
        var batch = new float[input.Capacity * classes];
        var generation = -1;
        ValueGetter<VBuffer<float>> getScores = (ref VBuffer<float> scores) =>
        {
            if (generation != input.Generation)
            {
                scorer.Score(images, input.Count, batch);
                generation = input.Generation;
            }

            var editor = VBufferEditor.Create(ref scores, classes);
            batch.AsSpan(input.Index * classes, classes).CopyTo(editor.Values);
            scores = editor.Commit();
        };
        return (getScores, scorer.Dispose);
    }

    private sealed class Binder(TorchImageClassificationModelParameters model, DataViewSchema.Column? label) : ISchemaBindableMapper
    {
        public ISchemaBoundMapper Bind(IHostEnvironment env, RoleMappedSchema schema) => new ImageScoreMapper(model, schema, label);
    }
}
