using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Plrs.MLNet;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Images;

[assembly: LoadableClass(
    typeof(TorchImageClassificationTransformer),
    null,
    typeof(SignatureLoadModel),
    "TorchSharp image classification transformer",
    TorchImageClassificationTransformer.LoaderSignature)]

namespace Plrs.MLNet;

/// <summary>
/// What <see cref="TorchImageClassificationTrainer"/> trains: it scores a column of images, and adds the probability of each class and the
/// key of the most probable one. It is for image classification what ML.NET's <see cref="MulticlassPredictionTransformer{TModel}"/> is for
/// other multiclass models, and scores rows in batches, trained or loaded.
/// </summary>
/// <remarks>
/// A cursor of <see cref="PredictionTransformerBase{TModel}.Transform(IDataView)"/>'s data reads its input ahead of the rows that it gives,
/// by at most 128 rows and 64 MiB, or one row where that is larger. On the CPU, an image has the same scores, to the last bit, alone and in
/// a batch. A transformer that was trained on <see cref="MLImage"/> has no <c>FeatureColumnName</c>, for ML.NET cannot save such a column's
/// type; its model knows the column.
/// </remarks>
public sealed class TorchImageClassificationTransformer : SingleFeaturePredictionTransformerBase<TorchImageClassificationModelParameters>
{
    internal const string LoaderSignature = "TorchImagePredXfer";

    private readonly string _labelColumn;
    private readonly string _predictedLabelColumn;

    internal TorchImageClassificationTransformer(
        IHostEnvironment env,
        TorchImageClassificationModelParameters model,
        DataViewSchema trainSchema,
        string labelColumn,
        string predictedLabelColumn)
        : base(
            env.Register(nameof(TorchImageClassificationTransformer)),
            model,
            ImageColumn.SavableSchema(trainSchema, model.FeatureColumnName),

            // A transformer with a feature column wants it to have always the same type, and images of ML.NET's own have a size in theirs.
            ImageColumn.IsOfImages(trainSchema[model.FeatureColumnName].Type) ? null : model.FeatureColumnName)
    {
        _labelColumn = labelColumn;
        _predictedLabelColumn = predictedLabelColumn;
        Scorer = CreateScorer();
    }

    private TorchImageClassificationTransformer(TorchImageClassificationTransformer other, TorchImageClassificationModelParameters model)
        : base(other.Host, model, other.TrainSchema, other.FeatureColumnName)
    {
        _labelColumn = other._labelColumn;
        _predictedLabelColumn = other._predictedLabelColumn;
        Scorer = CreateScorer();
    }

    private TorchImageClassificationTransformer(IHostEnvironment env, ModelLoadContext context)
        : base(env.Register(nameof(TorchImageClassificationTransformer)), context)
    {
        // *** Binary format ***
        // what the base writes: the model, the training data's schema, the feature column
        // string: name of the label column
        // string: name of the column of predicted labels
        _labelColumn = context.LoadNonEmptyString();
        _predictedLabelColumn = context.LoadNonEmptyString();
        CheckFields();
        Scorer = CreateScorer();
    }

    /// <summary>The classes' names, or their numbers from 1, in the order of the scores.</summary>
    internal string[] Classes => ImageClassification.Classes.OfAll(TrainSchema[_labelColumn]);

    internal static TorchImageClassificationTransformer Create(IHostEnvironment env, ModelLoadContext context)
    {
        Contracts.CheckValue(env, nameof(env));
        env.CheckValue(context, nameof(context));
        ModelVersion.Check(env, context, GetVersionInfo());
        try
        {
            return new TorchImageClassificationTransformer(env, context);
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException)
        {
            throw env.ExceptDecode(e, $"The model is damaged: {e.Message}");
        }
    }

    /// <summary>The same transformer with another limit.</summary>
    internal TorchImageClassificationTransformer WithMaximumImagePixels(long pixels) => new(this, Model.WithMaximumImagePixels(pixels));

    /// <summary>Writes the weights with the names of the classes.</summary>
    internal void SaveWeights(string path) => Model.SaveWeights(path, ImageClassification.Classes.Of(TrainSchema[_labelColumn]));

    /// <inheritdoc/>
    protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        base.SaveCore(ctx);
        ctx.SaveNonEmptyString(_labelColumn);
        ctx.SaveNonEmptyString(_predictedLabelColumn);
    }

    private static VersionInfo GetVersionInfo() =>
        ModelVersion.Create("TIMGPRED", version: 0x00010001, oldest: 0x00010001, LoaderSignature);

    private BatchedScorer CreateScorer()
    {
        var schema = new RoleMappedSchema(TrainSchema, _labelColumn, FeatureColumnName);
        var mapper = new ImageScoreMapper(Model, schema, schema.Label);
        return new BatchedScorer(Host, new EmptyDataView(Host, TrainSchema), mapper, _predictedLabelColumn);
    }

    private void CheckFields()
    {
        var feature = FeatureColumnName ?? Model.FeatureColumnName;
        Host.CheckDecode(
            feature == Model.FeatureColumnName,
            $"The model is damaged: its column of images is '{feature}' and '{Model.FeatureColumnName}'.");
        Host.CheckDecode(
            TrainSchema.GetColumnOrNull(_labelColumn) is { Type: KeyDataViewType label } && label.Count == (ulong)Model.ClassCount,
            $"The model is damaged: its label column '{_labelColumn}' is no key of {Model.ClassCount} classes.");
    }
}
