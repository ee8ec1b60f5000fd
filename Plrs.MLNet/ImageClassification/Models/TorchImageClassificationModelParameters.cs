using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Plrs.MLNet;
using Plrs.MLNet.Common;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Records;
using Plrs.MLNet.Scoring;
using Plrs.MLNet.Weights;
using SkiaSharp;

[assembly: LoadableClass(
    typeof(TorchImageClassificationModelParameters),
    null,
    typeof(SignatureLoadModel),
    "TorchSharp image classification model",
    TorchImageClassificationModelParameters.LoaderSignature)]

namespace Plrs.MLNet;

/// <summary>
/// A trained image classification network: images in, encoded or ML.NET's own, the probability of each class out. It is saved and
/// loaded with the pipeline by ML.NET's <c>Model.Save</c> and <c>Model.Load</c>. An image that cannot be decoded scores
/// NaN for every class.
/// </summary>
/// <remarks>
/// Any number of threads can score with one model, each with a prediction engine or a cursor of its own. Disposing of the model meanwhile
/// is safe: scoring that runs ends well, scoring that comes later throws <see cref="ObjectDisposedException"/>. Disposing of a prediction
/// engine disposes of its model, unless it was created with <c>new PredictionEngineOptions { OwnsTransformer = false }</c>, as engines that
/// share a model must be. It scores on the CPU; or where the program references ONNX Runtime's GPU package on the GPU that
/// <c>MLContext.GpuDeviceId</c> names, the first one without it. A GPU that is named and cannot be used is an
/// <see cref="InvalidOperationException"/> when scoring starts, unless <c>MLContext.FallbackToCpu</c> is set. A file that is damaged, or
/// that claims what it does not hold, is refused with a <see cref="FormatException"/>.
/// </remarks>
public sealed class TorchImageClassificationModelParameters : ModelParametersBase<VBuffer<float>>, ISchemaBindableMapper, IDisposable
{
    internal const string LoaderSignature = "TorchImageClassification";
    internal const int LargestClassCount = 1 << 20;
    private const int MostArguments = 64;
    private const int LargestBatch = 128;
    private const int PixelsPerBatch = LargestBatch * 64 * 64;
    private const int ScoresPerBatch = LargestBatch * 8192;

    private readonly DecoderSettings _decoding;
    private readonly Normalization _normalization;
    private readonly NetworkWeights _weights;
    private readonly Lock _lock = new();

    // Made when scoring first wants it.
    private IInferenceEngine? _engine;
    private bool _isDisposed;

    internal TorchImageClassificationModelParameters(
        IHostEnvironment env,
        NetworkDefinition network,
        int classCount,
        DecoderSettings decoding,
        string featureColumnName,
        string scoreColumnName,
        Normalization normalization,
        NetworkWeights weights,
        TrainingRecord? trainingRecord = null)
        : base(env, LoaderSignature)
    {
        Network = network;
        ClassCount = classCount;
        _decoding = decoding;
        FeatureColumnName = featureColumnName;
        ScoreColumnName = scoreColumnName;
        _normalization = normalization;
        _weights = weights;
        TrainingRecord = trainingRecord;
    }

    private TorchImageClassificationModelParameters(IHostEnvironment env, ModelLoadContext context)
        : base(env, LoaderSignature, context)
    {
        // *** Binary format ***
        // string: kind of network
        // int: number of its arguments, and for each: string: name, double: value
        // int: class count
        // int: image size
        // int: resizing
        // long: most pixels of an image
        // string: name of the column of images
        // string: name of the score column
        // float × 3: mean, float × 3: standard deviation
        // stream "Weights": see WeightsFormat and ModelWeights
        // stream "Parts.json" and the parts it names, which later versions may add to: see ModelParts
        // stream "TrainingRecord.json", the one part so far: see RecordFile
        Network = ReadNetwork(context);
        ClassCount = context.Reader.ReadInt32();
        CheckField(ClassCount is > 1 and <= LargestClassCount, $"its number of classes is {ClassCount}, not from 2 to {LargestClassCount}");
        _decoding = new DecoderSettings(context.Reader.ReadInt32(), (ImageResizing)context.Reader.ReadInt32(), context.Reader.ReadInt64());
        CheckField(OptionsValidation.IsImageSize(_decoding.Size), $"its image size is {_decoding.Size}");
        CheckField(Enum.IsDefined(_decoding.Resizing), $"its resizing is {(int)_decoding.Resizing}, which is none that this version knows");
        CheckField(OptionsValidation.IsPixelLimit(_decoding.MaximumPixels), $"its most pixels of an image are {_decoding.MaximumPixels}");
        FeatureColumnName = context.LoadNonEmptyString();
        ScoreColumnName = context.LoadNonEmptyString();
        var mean = ReadChannels(context.Reader);
        var deviation = ReadChannels(context.Reader);
        CheckField(mean.All(float.IsFinite), $"its mean colour is {List(mean)}");
        CheckField(
            deviation.All(value => float.IsFinite(value) && value > 0),
            $"its standard deviations of colour are {List(deviation)}");
        _normalization = new Normalization(mean, deviation);

        var mayRead = ModelParts.Check(Host, context);
        TrainingRecord = mayRead(RecordFile.EntryName) ? RecordFile.Load(Host, context) : null;
        WarnOfOtherPixels();
        _weights = ModelWeights.Load(Host, context, CreateLayout(), $"{Network} with {ClassCount} classes");

        static string List(float[] values) => string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>The network that was trained.</summary>
    public NetworkDefinition Network { get; }

    /// <summary>The number of classes.</summary>
    public int ClassCount { get; }

    /// <summary>The width and height, in pixels, that images are brought to.</summary>
    public int ImageSize => _decoding.Size;

    /// <summary>
    /// How the model was trained; <see langword="null"/> for one that was loaded from a file without a record, or with one that cannot be
    /// read.
    /// </summary>
    public TrainingRecord? TrainingRecord { get; }

    /// <summary>What images are made into.</summary>
    internal DecoderSettings Decoding => _decoding;

    /// <summary>How the network takes them.</summary>
    internal Normalization Normalization => _normalization;

    /// <summary>The column of images that it was trained on.</summary>
    internal string FeatureColumnName { get; }

    internal string ScoreColumnName { get; }

    /// <summary>The values of the network's tensors as they were trained.</summary>
    internal NetworkWeights Weights => _weights;

    /// <summary>What it was trained or loaded in.</summary>
    internal IHostEnvironment Context => Host;

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    /// <summary>How many images are scored at once: fewer when they are large or the classes many, so that memory stays small.</summary>
    internal int BatchSize =>
        Math.Clamp(Math.Min(PixelsPerBatch / (_decoding.Size * _decoding.Size), ScoresPerBatch / ClassCount), 1, LargestBatch);

    /// <summary>
    /// The most pixels, width times height, that an encoded image may have: one that claims more scores NaN. It is what training allowed
    /// (<see cref="ImageOptions.MaximumPixels"/>) until <c>WithMaximumImagePixels</c> makes a model with another.
    /// </summary>
    public long MaximumImagePixels => _decoding.MaximumPixels;

    /// <summary>Releases the native memory, as soon as nothing scores with it any more. The model cannot score again.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                _engine?.Dispose();
            }
        }
    }

    /// <summary>
    /// Writes the trained weights as safetensors, which PyTorch reads: names, shapes and values are those of the network's implementations
    /// there (<see cref="NetworkDefinition"/>). The file's metadata has the format, "pt", and the network with its arguments.
    /// </summary>
    /// <param name="path">
    /// The file, by custom ending in <c>.safetensors</c>. It is there whole or not at all; one that has the name already is replaced.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    public void SaveWeights(string path) => SaveWeights(path, classNames: null);

    internal void SaveWeights(string path, string[]? classNames)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        DisposedModel.ThrowIf(_isDisposed);
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["network"] = Network.ToString() };
        if (classNames is not null)
        {
            metadata["classes"] = JsonSerializer.Serialize(classNames, ModelJson.Default.IReadOnlyListString);
        }

        SafetensorsWriter.Write(path, _weights, metadata);
    }

    /// <summary>
    /// Saves the network as an ONNX file that ML.NET's <c>ApplyOnnxModel</c>, ONNX Runtime and other programs score with: the same graph
    /// that scores here, with operators of version 17. Its output <c>probabilities</c>, float32 of shape (batch, classes), has the
    /// probability of each class. Images must be brought to the model's size before: see docs/onnx.md, also for what is in the file's
    /// metadata.
    /// </summary>
    /// <param name="path">The file's name. A file of that name is replaced, when the new one is whole.</param>
    /// <param name="input">What the file takes. Default: normalised images.</param>
    /// <param name="classNames">
    /// The names of the classes in the order of the scores, for the metadata; <see langword="null"/> leaves them out. The model itself does
    /// not know them, the transformer around it does: <see cref="ImageModelExtensions.SaveOnnx"/> writes them.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty, or there are more or fewer names than classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="input"/> is none of the values.</exception>
    /// <exception cref="IOException">The file cannot be written. The message names it.</exception>
    /// <exception cref="InvalidOperationException">
    /// The weights have more than 2,000,000,000 bytes, which an ONNX file cannot hold.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    public void SaveOnnx(string path, OnnxInput input = OnnxInput.NormalizedImages, IReadOnlyList<string>? classNames = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!Enum.IsDefined(input))
        {
            throw ArgumentChecks.Refused(nameof(input), input, string.Join(" or ", Enum.GetNames<OnnxInput>()));
        }

        if (classNames is not null && classNames.Count != ClassCount)
        {
            throw new ArgumentException($"There are {classNames.Count} names for {ClassCount} classes.", nameof(classNames));
        }

        DisposedModel.ThrowIf(_isDisposed);
        new OnnxExport(Network, _weights, _decoding, _normalization, classNames).Save(path, input);
    }

    ISchemaBoundMapper ISchemaBindableMapper.Bind(IHostEnvironment env, RoleMappedSchema schema) =>
        new ImageScoreMapper(this, schema, schema.Label);

    /// <summary>The same model with another limit, and native memory of its own.</summary>
    internal TorchImageClassificationModelParameters WithMaximumImagePixels(long pixels)
    {
        DisposedModel.ThrowIf(_isDisposed);
        return new(
            Host, Network, ClassCount, _decoding with { MaximumPixels = pixels }, FeatureColumnName, ScoreColumnName, _normalization,
            _weights, TrainingRecord);
    }

    /// <summary>Makes something to score images with. It has its own buffers, so several can score at once.</summary>
    internal ImageScorer CreateScorer(int capacity)
    {
        lock (_lock)
        {
            DisposedModel.ThrowIf(_isDisposed);
            _engine ??= ModelEngine.Create(Network, _weights, ClassCount, _decoding.Size, ScoringDevice.Of(Host));
            return new ImageScorer(_engine, _normalization, _decoding, ClassCount, capacity);
        }
    }

    internal static TorchImageClassificationModelParameters Create(IHostEnvironment env, ModelLoadContext context)
    {
        Contracts.CheckValue(env, nameof(env));
        env.CheckValue(context, nameof(context));
        ModelVersion.Check(env, context, GetVersionInfo());
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
        DisposedModel.ThrowIf(_isDisposed);
        base.SaveCore(ctx);
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(Network.Name);
        ctx.Writer.Write(Network.Arguments.Values.Count);
        foreach (var (name, value) in Network.Arguments.Values)
        {
            ctx.SaveNonEmptyString(name);
            ctx.Writer.Write(value);
        }

        ctx.Writer.Write(ClassCount);
        ctx.Writer.Write(_decoding.Size);
        ctx.Writer.Write((int)_decoding.Resizing);
        ctx.Writer.Write(_decoding.MaximumPixels);
        ctx.SaveNonEmptyString(FeatureColumnName);
        ctx.SaveNonEmptyString(ScoreColumnName);
        WriteChannels(ctx.Writer, _normalization.Mean);
        WriteChannels(ctx.Writer, _normalization.StandardDeviation);
        ModelWeights.Save(ctx, _weights);
        ModelParts.Save(ctx, RecordFile.Save(ctx, TrainingRecord) ? [RecordFile.EntryName] : []);
    }

    // 1, 2: not released. 3: that of 1.0.
    private static VersionInfo GetVersionInfo() =>
        ModelVersion.Create("TORCHIMG", version: 0x00010003, oldest: 0x00010003, LoaderSignature);

    private static float[] ReadChannels(BinaryReader reader) => [reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle()];

    private static void WriteChannels(BinaryWriter writer, float[] channels)
    {
        foreach (var value in channels)
        {
            writer.Write(value);
        }
    }

    private NetworkDefinition ReadNetwork(ModelLoadContext context)
    {
        var name = context.LoadNonEmptyString();
        var count = context.Reader.ReadInt32();
        CheckField(count is >= 0 and <= MostArguments, $"its network has {count} arguments");
        var arguments = new Dictionary<string, double>();
        for (var i = 0; i < count; i++)
        {
            arguments[context.LoadNonEmptyString()] = context.Reader.ReadDouble();
        }

        try
        {
            return NetworkCatalog.Create(name, new NetworkArguments(arguments.Select(argument => (argument.Key, argument.Value))));
        }
        catch (FormatException e)
        {
            throw Host.ExceptDecode(e, $"The model cannot be loaded: {e.Message}.");
        }
    }

    private void WarnOfOtherPixels()
    {
        if (PixelsRecord.Warning(TrainingRecord, AssemblyVersion.Of(typeof(SKCodec))) is { } warning)
        {
            using var channel = Host.Start("Load");
            channel.Warning(warning);
        }
    }

    private INetworkLayout CreateLayout()
    {
        try
        {
            return Network.CreateLayout(ClassCount, _decoding.Size);
        }
        catch (ArgumentException e)
        {
            throw Host.ExceptDecode(e, $"The model is damaged: {e.Message}");
        }
    }

    private void CheckField(bool isRight, string what) => Host.CheckDecode(isRight, $"The model is damaged: {what}.");
}
