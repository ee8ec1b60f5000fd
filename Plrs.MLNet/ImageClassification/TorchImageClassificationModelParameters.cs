using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.ImageClassification.Data;
using Plrs.MLNet.ImageClassification.Networks;
using static TorchSharp.torch;

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
public sealed class TorchImageClassificationModelParameters : ModelParametersBase<VBuffer<float>>, IValueMapper, IDisposable
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
        Normalization normalization,
        ImageNetwork network)
        : base(env, LoaderSignature)
    {
        _architecture = architecture;
        ClassCount = classCount;
        _imageSize = imageSize;
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
        // float × 3: mean, float × 3: standard deviation
        // stream "Weights": see WeightsFormat
        _architecture = (TorchImageClassificationTrainer.Architecture)context.Reader.ReadInt32();
        Host.CheckDecode(Enum.IsDefined(_architecture));
        ClassCount = context.Reader.ReadInt32();
        Host.CheckDecode(ClassCount is > 1 and <= LargestClassCount);
        _imageSize = context.Reader.ReadInt32();
        Host.CheckDecode(OptionsValidation.IsImageSize(_imageSize));
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

    DataViewType IValueMapper.InputType { get; } = new VectorDataViewType(NumberDataViewType.Byte);

    DataViewType IValueMapper.OutputType => new VectorDataViewType(NumberDataViewType.Single, ClassCount);

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

    ValueMapper<TSource, TDestination> IValueMapper.GetMapper<TSource, TDestination>()
    {
        Host.Check(typeof(TSource) == typeof(VBuffer<byte>));
        Host.Check(typeof(TDestination) == typeof(VBuffer<float>));

        // Each mapper has its own buffers, so that several can score at once.
        var decoder = new ImageDecoder(_imageSize);
        var pixels = new byte[ImageDecoder.DecodedBytes(_imageSize)];
        var batch = new Batch(capacity: 1, _imageSize) { Count = 1 };
        ValueMapper<VBuffer<byte>, VBuffer<float>> score = (in VBuffer<byte> image, ref VBuffer<float> scores) =>
        {
            var editor = VBufferEditor.Create(ref scores, ClassCount);
            Score(image, decoder, pixels, batch, editor.Values);
            scores = editor.Commit();
        };
        return (ValueMapper<TSource, TDestination>)(Delegate)score;
    }

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
        WriteChannels(ctx.Writer, _normalization.Mean);
        WriteChannels(ctx.Writer, _normalization.StandardDeviation);
        ctx.SaveBinaryStream(WeightsEntry, writer => WeightsFormat.Write(writer, _network));
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

    private void Score(in VBuffer<byte> image, ImageDecoder decoder, byte[] pixels, Batch batch, Span<float> scores)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (decoder.Decode([.. image.DenseValues()], pixels) is not null)
        {
            scores.Fill(float.NaN);
            return;
        }

        _normalization.Apply(pixels, batch.Image(0));
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        nn.functional.softmax(_network.forward(batch.Images(CPU)), 1).data<float>().CopyTo(scores);
    }
}
