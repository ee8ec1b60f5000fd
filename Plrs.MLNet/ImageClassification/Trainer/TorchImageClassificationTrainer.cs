using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Plrs.MLNet.Common;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;

namespace Plrs.MLNet;

/// <summary>
/// Trains a convolutional network to classify images, with TorchSharp; the counterpart of ML.NET's <c>ImageClassificationTrainer</c>, which
/// trains with TensorFlow. It starts from pretrained weights by default, and trains all layers or some: see <see cref="Options.StartFrom"/>
/// and <see cref="Options.FineTuning"/>.
/// </summary>
/// <remarks>
/// <para>Input: the label column is a key; the feature column is a variable-size vector of bytes, an encoded image, as
/// <c>LoadRawImageBytes</c> makes it, or an <see cref="MLImage"/>, as <c>LoadImages</c> makes it. Images that cannot be used are
/// skipped, counted and reported to the log and to <see cref="ITrainingObserver.OnImageSkipped"/>.</para>
/// <para>Output: <c>Score</c>, a vector with the probability of each class, with the classes' names as slot names, and
/// <c>PredictedLabel</c>, the key of the most probable class.</para>
/// <list type="table">
/// <listheader><term>Trainer characteristic</term><description>Value</description></listheader>
/// <item><term>Machine learning task</term><description>Multiclass classification</description></item>
/// <item><term>Is normalization required?</term><description>No</description></item>
/// <item><term>Is caching required?</term><description>No</description></item>
/// <item>
/// <term>Required NuGet in addition to Microsoft.ML</term>
/// <description>
/// Plrs.MLNet.Cpu; or Plrs.MLNet, Microsoft.ML.OnnxRuntime and TorchSharp-cpu, TorchSharp-cuda-linux or TorchSharp-cuda-windows
/// </description>
/// </item>
/// <item><term>Exportable to ONNX</term><description>Yes, by SaveOnnx; not by ConvertToOnnx</description></item>
/// </list>
/// <para>The same seed (that of the <see cref="MLContext"/>), data and options give the same learning rates; on the CPU, with the same
/// number of threads, the same vector instructions and the same libtorch, the same weights to the last bit. On a CUDA GPU, cuDNN is asked
/// for deterministic algorithms, for the whole process; a small network then had the same weights twice, which is not promised for
/// any.</para>
/// </remarks>
public sealed partial class TorchImageClassificationTrainer :
    TrainerEstimatorBase<TorchImageClassificationTransformer, TorchImageClassificationModelParameters>,
    IEstimator<TorchImageClassificationTransformer>,
    ISchedulable<TorchImageClassificationTrainer>
{
    private readonly Options _options;
    private readonly int _seed;

    internal TorchImageClassificationTrainer(IHostEnvironment env, Options options)
        : this(env, Checked(options, ((IHostEnvironmentInternal)env).Seed), ((IHostEnvironmentInternal)env).Seed)
    {
    }

    private TorchImageClassificationTrainer(IHostEnvironment env, Options options, int? seed)
        : base(
            env.RegisterWithFolder(nameof(TorchImageClassificationTrainer)),
            new SchemaShape.Column(options.FeatureColumnName, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Byte, false),
            TrainerUtils.MakeU4ScalarColumn(options.LabelColumnName))
    {
        _options = options;
        _seed = seed ?? Host.Rand.Next();
    }

    /// <summary>What the trainer needs of the data: neither normalisation nor caching.</summary>
    public override TrainerInfo Info { get; } = new(normalization: false, caching: false);

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    private TrainerColumns Columns => new(Host, FeatureColumn, LabelColumn);

    /// <summary>Trains a network.</summary>
    /// <param name="input">The training data.</param>
    /// <returns>The trained transformer.</returns>
    public new TorchImageClassificationTransformer Fit(IDataView input) => Train(input, _options.ValidationSet);

    /// <summary>Trains with validation data of its own, which takes the place of <see cref="Options.ValidationSet"/>.</summary>
    /// <param name="trainData">The training data.</param>
    /// <param name="validationData">The validation data, with the same columns.</param>
    /// <returns>The trained transformer.</returns>
    public TorchImageClassificationTransformer Fit(IDataView trainData, IDataView validationData) =>
        Train(trainData, validationData ?? _options.ValidationSet);

    /// <summary>The shape of the columns that the trained transformer makes of a shape of input columns.</summary>
    /// <param name="inputSchema">The shape of the input columns.</param>
    /// <returns>The input columns, and the output columns in place of those with the same names.</returns>
    public new SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Columns.Check(inputSchema, ofData: "");
        var columns = inputSchema.ToDictionary(column => column.Name);
        foreach (var column in GetOutputColumnsCore(inputSchema))
        {
            columns[column.Name] = column;
        }

        return new SchemaShape(columns.Values);
    }

    TorchImageClassificationTrainer ISchedulable<TorchImageClassificationTrainer>.WithSchedule(ILearningRateSchedule schedule) =>
        new(Host, _options.WithSchedule(schedule), _seed);

    internal TorchImageClassificationTrainer WithProgress(TextWriter writer) => new(Host, _options.WithProgress(writer), _seed);

    /// <summary>Finds bounds for PLRS on the images that the trainer would train on.</summary>
    internal PlrsBounds FindBounds(IDataView data, PlrsRangeTestOptions options)
    {
        options.Validate();
        Columns.Check(SchemaShape.Create(data.Schema), ofData: "");
        var validation = _options.ValidationSet is { } view ? MakeRoles(view) : null;
        using var gradients = new Gradients();
        using var run = TrainingRun.Prepare(Host, _options, _seed, MakeRoles(data), validation);
        return BoundsSearch.Find(run, options);
    }

    /// <inheritdoc/>
    protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema) =>
        Columns.Output(inputSchema, _options.ScoreColumnName, _options.PredictedLabelColumnName);

    /// <inheritdoc/>
    protected override TorchImageClassificationTransformer MakeTransformer(
        TorchImageClassificationModelParameters model,
        DataViewSchema trainSchema) =>
        new(Host, model, trainSchema, LabelColumn.Name, _options.PredictedLabelColumnName);

    /// <inheritdoc/>
    protected override TorchImageClassificationModelParameters TrainModelCore(TrainContext trainContext)
    {
        using var gradients = new Gradients();
        using var run = TrainingRun.Prepare(Host, _options, _seed, trainContext.TrainingSet, trainContext.ValidationSet);
        return run.Train(FeatureColumn.Name);
    }

    private TorchImageClassificationTransformer Train(IDataView trainData, IDataView? validationData)
    {
        Host.CheckValue(trainData, nameof(trainData));
        Columns.Check(SchemaShape.Create(trainData.Schema), ofData: "");
        if (validationData is not null)
        {
            Columns.Check(SchemaShape.Create(validationData.Schema), ofData: "validation ");
        }

        var validation = validationData is null ? null : MakeRoles(validationData);
        return MakeTransformer(TrainModelCore(new TrainContext(MakeRoles(trainData), validation)), trainData.Schema);
    }

    private static Options Checked(Options options, int? seed)
    {
        options.Validate();
        if (options.Checkpoints.ResumeFrom is not null && seed is null)
        {
            throw new ArgumentException(
                "Checkpoints.ResumeFrom needs an MLContext with a seed, that of the interrupted run: " +
                "without one each run draws its own, and no checkpoint fits it.",
                nameof(options));
        }

        return options.Clone();
    }
}
