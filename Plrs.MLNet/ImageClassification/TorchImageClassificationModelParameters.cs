using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.ImageClassification.Data;
using Plrs.MLNet.ImageClassification.Networks;
using Plrs.MLNet.ImageClassification.Scoring;

[assembly: LoadableClass(
    typeof(TorchImageClassificationModelParameters),
    null,
    typeof(SignatureLoadModel),
    "TorchSharp image classification model",
    TorchImageClassificationModelParameters.LoaderSignature)]

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// A trained image classification network: images in, encoded or ML.NET's own, the probability of each class out. It is saved and
/// loaded with the pipeline by ML.NET's <c>Model.Save</c> and <c>Model.Load</c>. An image that cannot be decoded scores
/// NaN for every class.
/// </summary>
/// <remarks>
/// Any number of threads can score with one model, each with a prediction engine or a cursor of its own. Disposing of the
/// model meanwhile is safe: scoring that runs ends well, scoring that comes later throws <see cref="ObjectDisposedException"/>.
/// A file that is damaged, or that claims what it does not hold, is refused with a <see cref="FormatException"/>.
/// </remarks>
public sealed class TorchImageClassificationModelParameters : ModelParametersBase<VBuffer<float>>, ISchemaBindableMapper, IDisposable
{
    internal const string LoaderSignature = "TorchImageClassification";
    private const string WeightsEntry = "Weights";
    private const int LargestClassCount = 1 << 20;
    private const int LargestBatch = 128;
    private const int PixelsPerBatch = LargestBatch * 64 * 64;

    private readonly TorchImageClassificationTrainer.Architecture _architecture;
    private readonly DecoderSettings _decoding;
    private readonly Normalization _normalization;
    private readonly Lock _lock = new();

    // The weights as they were trained are kept for saving; they are folded for scoring when scoring first wants them.
    private readonly ImageNetwork _network;
    private ScoringNetwork? _scoringNetwork;
    private bool _isDisposed;

    internal TorchImageClassificationModelParameters(
        IHostEnvironment env,
        TorchImageClassificationTrainer.Architecture architecture,
        int classCount,
        DecoderSettings decoding,
        string featureColumnName,
        string scoreColumnName,
        Normalization normalization,
        ImageNetwork network)
        : base(env, LoaderSignature)
    {
        _architecture = architecture;
        ClassCount = classCount;
        _decoding = decoding;
        FeatureColumnName = featureColumnName;
        ScoreColumnName = scoreColumnName;
        _normalization = normalization;
        _network = network;
    }

    private TorchImageClassificationModelParameters(IHostEnvironment env, ModelLoadContext context)
        : base(env, LoaderSignature, context)
    {
        // *** Binary format ***
        // int: architecture
        // int: class count
        // int: image size
        // int: resizing
        // long: most pixels of an image
        // string: name of the column of images
        // string: name of the score column
        // float × 3: mean, float × 3: standard deviation
        // stream "Weights": see WeightsFormat
        _architecture = (TorchImageClassificationTrainer.Architecture)context.Reader.ReadInt32();
        Host.CheckDecode(Enum.IsDefined(_architecture));
        ClassCount = context.Reader.ReadInt32();
        Host.CheckDecode(ClassCount is > 1 and <= LargestClassCount);
        _decoding = new DecoderSettings(context.Reader.ReadInt32(), (ImageResizing)context.Reader.ReadInt32(), context.Reader.ReadInt64());
        Host.CheckDecode(OptionsValidation.IsImageSize(_decoding.Size));
        Host.CheckDecode(Enum.IsDefined(_decoding.Resizing));
        Host.CheckDecode(_decoding.MaximumPixels >= 1);
        FeatureColumnName = context.LoadNonEmptyString();
        ScoreColumnName = context.LoadNonEmptyString();
        var mean = ReadChannels(context.Reader);
        var deviation = ReadChannels(context.Reader);
        Host.CheckDecode(mean.All(float.IsFinite) && deviation.All(value => float.IsFinite(value) && value > 0));
        _normalization = new Normalization(mean, deviation);

        ImageNetwork? network = null;
        Host.CheckDecode(context.TryLoadBinaryStream(WeightsEntry, reader => network = ReadWeights(reader)));
        _network = network!;
    }

    /// <summary>The number of classes.</summary>
    public int ClassCount { get; }

    /// <summary>The column of images that it was trained on.</summary>
    internal string FeatureColumnName { get; }

    internal string ScoreColumnName { get; }

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    /// <summary>How many images are scored at once: fewer when they are large, so that memory stays small.</summary>
    internal int BatchSize => Math.Clamp(PixelsPerBatch / (_decoding.Size * _decoding.Size), 2, LargestBatch);

    /// <summary>Releases the network's native memory, as soon as nothing scores with it any more. The model cannot score again.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                _scoringNetwork?.Dispose();
                _network.Dispose();
            }
        }
    }

    ISchemaBoundMapper ISchemaBindableMapper.Bind(IHostEnvironment env, RoleMappedSchema schema) => new ImageScoreMapper(this, schema, schema.Label);

    /// <summary>Makes something to score images with. It has its own buffers, so several can score at once.</summary>
    internal ImageScorer CreateScorer(int capacity)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _scoringNetwork ??= new ScoringNetwork(_network.Fold());
            return new ImageScorer(_scoringNetwork, _normalization, _decoding, ClassCount, capacity);
        }
    }

    /// <summary>Writes the network's weights and buffers; equal bytes are equal weights.</summary>
    internal void WriteWeights(BinaryWriter writer)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            WeightsFormat.Write(writer, _network);
        }
    }

    internal static TorchImageClassificationModelParameters Create(IHostEnvironment env, ModelLoadContext context)
    {
        Contracts.CheckValue(env, nameof(env));
        env.CheckValue(context, nameof(context));
        context.CheckAtModel(GetVersionInfo());
        try
        {
            return new TorchImageClassificationModelParameters(env, context);
        }
        catch (EndOfStreamException e)
        {
            throw env.ExceptDecode(e, "The model is truncated.");
        }
    }

    /// <inheritdoc/>
    protected override void SaveCore(ModelSaveContext ctx)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        base.SaveCore(ctx);
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.Writer.Write((int)_architecture);
        ctx.Writer.Write(ClassCount);
        ctx.Writer.Write(_decoding.Size);
        ctx.Writer.Write((int)_decoding.Resizing);
        ctx.Writer.Write(_decoding.MaximumPixels);
        ctx.SaveNonEmptyString(FeatureColumnName);
        ctx.SaveNonEmptyString(ScoreColumnName);
        WriteChannels(ctx.Writer, _normalization.Mean);
        WriteChannels(ctx.Writer, _normalization.StandardDeviation);
        ctx.SaveBinaryStream(WeightsEntry, WriteWeights);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "TORCHIMG",
        verWrittenCur: 0x00010002, // 1: initial, not released. 2: resizing, most pixels of an image, column.
        verReadableCur: 0x00010002,
        verWeCanReadBack: 0x00010002,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(TorchImageClassificationModelParameters).Assembly.FullName);

    private static float[] ReadChannels(BinaryReader reader) => [reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle()];

    private static void WriteChannels(BinaryWriter writer, float[] channels)
    {
        foreach (var value in channels)
        {
            writer.Write(value);
        }
    }

    private ImageNetwork ReadWeights(BinaryReader reader)
    {
        // Nothing as large as the file says is made before the file is seen to be that large.
        var length = reader.BaseStream.Length;
        Host.CheckDecode(
            length >= ImageNetwork.LeastWeightBytes(_architecture, ClassCount),
            "The model is damaged: the weights are too small for the number of classes.");
        var network = ImageNetwork.Create(_architecture, ClassCount, seed: 0);
        try
        {
            WeightsFormat.Read(reader, network);
            Host.CheckDecode(reader.BaseStream.Position == length, "The model is damaged: there are more weights than the network has.");
            network.CheckWeights();
            network.eval();
            return network;
        }
        catch (Exception e)
        {
            network.Dispose();
            throw e is EndOfStreamException || (e is FormatException && !e.IsMarked()) ? Host.ExceptDecode(e, e.Message) : e;
        }
    }
}
