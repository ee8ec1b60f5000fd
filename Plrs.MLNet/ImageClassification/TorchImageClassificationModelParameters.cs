using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.ImageClassification.Data;
using Plrs.MLNet.ImageClassification.Networks;

[assembly: LoadableClass(
    typeof(TorchImageClassificationModelParameters),
    null,
    typeof(SignatureLoadModel),
    "TorchSharp image classification model",
    TorchImageClassificationModelParameters.LoaderSignature)]

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// A trained image classification network: encoded image bytes in, the probability of each class out. It is saved and
/// loaded with the pipeline by ML.NET's <c>Model.Save</c> and <c>Model.Load</c>. An image that cannot be decoded scores
/// NaN for every class.
/// </summary>
public sealed class TorchImageClassificationModelParameters : ModelParametersBase<VBuffer<float>>, ISchemaBindableMapper, IDisposable
{
    internal const string LoaderSignature = "TorchImageClassification";
    private const string WeightsEntry = "Weights";
    private const int LargestClassCount = 1 << 20;

    private readonly TorchImageClassificationTrainer.Architecture _architecture;
    private readonly int _imageSize;
    private readonly Normalization _normalization;
    private readonly ImageNetwork _network;
    private bool _isDisposed;

    internal TorchImageClassificationModelParameters(
        IHostEnvironment env,
        TorchImageClassificationTrainer.Architecture architecture,
        int classCount,
        int imageSize,
        string scoreColumnName,
        Normalization normalization,
        ImageNetwork network)
        : base(env, LoaderSignature)
    {
        _architecture = architecture;
        ClassCount = classCount;
        _imageSize = imageSize;
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
        // string: name of the score column
        // float × 3: mean, float × 3: standard deviation
        // stream "Weights": see WeightsFormat
        _architecture = (TorchImageClassificationTrainer.Architecture)context.Reader.ReadInt32();
        Host.CheckDecode(Enum.IsDefined(_architecture));
        ClassCount = context.Reader.ReadInt32();
        Host.CheckDecode(ClassCount is > 1 and <= LargestClassCount);
        _imageSize = context.Reader.ReadInt32();
        Host.CheckDecode(OptionsValidation.IsImageSize(_imageSize));
        ScoreColumnName = context.LoadNonEmptyString();
        var mean = ReadChannels(context.Reader);
        var deviation = ReadChannels(context.Reader);
        Host.CheckDecode(mean.All(float.IsFinite) && deviation.All(value => float.IsFinite(value) && value > 0));
        _normalization = new Normalization(mean, deviation);

        _network = ImageNetwork.Create(_architecture, ClassCount, seed: 0);
        _network.eval();
        Host.CheckDecode(context.TryLoadBinaryStream(WeightsEntry, ReadWeights));
    }

    /// <summary>The number of classes.</summary>
    public int ClassCount { get; }

    internal string ScoreColumnName { get; }

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    /// <summary>Releases the network's native memory. The model cannot score any more.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _network.Dispose();
            _isDisposed = true;
        }
    }

    ISchemaBoundMapper ISchemaBindableMapper.Bind(IHostEnvironment env, RoleMappedSchema schema) => new ImageScoreMapper(this, schema, schema.Label);

    /// <summary>Makes something to score images with, one at a time. It has its own buffers, so several can score at once.</summary>
    internal ImageScorer CreateScorer()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new ImageScorer(_network, _normalization, _imageSize, isDisposed: () => _isDisposed);
    }

    /// <summary>Writes the network's weights and buffers; equal bytes are equal weights.</summary>
    internal void WriteWeights(BinaryWriter writer) => WeightsFormat.Write(writer, _network);

    internal static TorchImageClassificationModelParameters Create(IHostEnvironment env, ModelLoadContext context)
    {
        Contracts.CheckValue(env, nameof(env));
        env.CheckValue(context, nameof(context));
        context.CheckAtModel(GetVersionInfo());
        return new TorchImageClassificationModelParameters(env, context);
    }

    /// <inheritdoc/>
    protected override void SaveCore(ModelSaveContext ctx)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        base.SaveCore(ctx);
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.Writer.Write((int)_architecture);
        ctx.Writer.Write(ClassCount);
        ctx.Writer.Write(_imageSize);
        ctx.SaveNonEmptyString(ScoreColumnName);
        WriteChannels(ctx.Writer, _normalization.Mean);
        WriteChannels(ctx.Writer, _normalization.StandardDeviation);
        ctx.SaveBinaryStream(WeightsEntry, WriteWeights);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "TORCHIMG",
        verWrittenCur: 0x00010001, // Initial
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
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

    private void ReadWeights(BinaryReader reader)
    {
        try
        {
            WeightsFormat.Read(reader, _network);
        }
        catch (Exception e) when (e is FormatException or EndOfStreamException)
        {
            throw Host.ExceptDecode(e, e.Message);
        }
    }
}
