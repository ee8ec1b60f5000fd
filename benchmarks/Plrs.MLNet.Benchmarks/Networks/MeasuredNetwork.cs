using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.Export;
using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Scoring;
using Plrs.MLNet.Tests.Export;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Weights;
using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks.Networks;

/// <summary>
/// A network at its own image size, with weights of its own seed: what it costs to train and to score, and how near its ONNX file is to it.
/// </summary>
internal sealed class MeasuredNetwork : IDisposable
{
    private const int Channels = 3;
    private const int ParityImages = 100;
    private const int ParityBatch = 10;
    private static readonly Normalization Colours = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    private readonly NetworkDefinition _definition;
    private readonly GraphModule _module;
    private readonly Generator _random = new(1);

    public MeasuredNetwork(NetworkDefinition definition)
    {
        _definition = definition;
        ClassCount = definition.ImageSize == 32 ? 10 : 1000;
        BatchSize = definition.ImageSize == 32 ? 128 : 8;
        _module = new GraphModule(definition.CreateGraph(ClassCount, definition.ImageSize), seed: 1);
    }

    public int ClassCount { get; }

    public int BatchSize { get; }

    /// <summary>Images trained on per second: forward, backward and SGD's update, on tensors made beforehand.</summary>
    public double MeasureTraining()
    {
        using var scope = NewDisposeScope();
        using var optimizer = optim.SGD(_module.parameters(), 0.01);
        var images = Images(BatchSize);
        var labels = randint(0, ClassCount, [BatchSize], dtype: ScalarType.Int64, generator: _random);
        _module.train();
        return Speed.Measure(BatchSize, () =>
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(_module.forward(images), labels);
            loss.backward();
            optimizer.step();
            loss.item<float>();
        });
    }

    /// <summary>Images scored per second by the engine that models score with, on values made beforehand.</summary>
    public double MeasureScoring()
    {
        using var engine = new InferenceEngine(
            OnnxWriter.Write(BatchNormFolding.Fold(Weights())), new ScoringDevice(GpuDeviceId: null, FallbackToCpu: true));
        var size = _definition.ImageSize;
        using var scope = NewDisposeScope();
        using var input = OrtValue.CreateTensorValueFromMemory(
            Images(BatchSize).data<float>().ToArray(), [BatchSize, Channels, size, size]);
        using var output = OrtValue.CreateTensorValueFromMemory(new float[BatchSize * ClassCount], [BatchSize, ClassCount]);
        return Speed.Measure(BatchSize, () => engine.Run([input], [output]));
    }

    /// <summary>Saves the network as an ONNX file that takes pixels.</summary>
    public void SaveOnnx(string path)
    {
        using var model = new TorchImageClassificationModelParameters(
            new MLContext(), _definition, ClassCount, new DecoderSettings(_definition.ImageSize, ImageResizing.Stretch, 1 << 20), "Image",
            "Score", Colours, Weights());
        model.SaveOnnx(path, OnnxInput.RgbPixels);
    }

    /// <summary>
    /// The largest difference of a probability, over 100 images, between the module that trains and a file that it is saved as, by ONNX
    /// Runtime alone. Before, the weights are made those of a network with results of ordinary size.
    /// </summary>
    /// <param name="path">Where the file is written.</param>
    public double MeasureDifference(string path)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var size = _definition.ImageSize;
        var images = new OnnxImages(ParityImages, size);
        var normalized = tensor(images.Normalize(Colours), [ParityImages, Channels, size, size]);
        SettledNetwork.Settle(_module, normalized.narrow(0, 0, 16));
        SaveOnnx(path);
        using var session = new InferenceSession(path);
        using var options = new RunOptions();
        var imageBytes = Channels * size * size;
        var largest = 0f;
        for (var first = 0; first < ParityImages; first += ParityBatch)
        {
            using var batch = NewDisposeScope();
            using var input = OrtValue.CreateTensorValueFromMemory(
                images.Pixels.AsSpan(first * imageBytes, ParityBatch * imageBytes).ToArray(), [ParityBatch, size, size, Channels]);
            using var results = session.Run(options, session.InputNames, [input], session.OutputNames);
            var expected = nn.functional.softmax(_module.forward(normalized.narrow(0, first, ParityBatch)), 1);
            var actual = tensor(results[0].GetTensorDataAsSpan<float>().ToArray(), expected.shape);
            largest = Math.Max(largest, (expected - actual).abs().max().item<float>());
        }

        return largest;
    }

    public void Dispose()
    {
        _module.Dispose();
        _random.Dispose();
    }

    private NetworkWeights Weights() => NetworkWeights.CopyOf(_module.Graph, _module);

    private Tensor Images(int count) => randn([count, Channels, _definition.ImageSize, _definition.ImageSize], generator: _random);
}
